"""The pieces of code in a document of ours."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(
    r"^(?P<indent> *)\.\. code-block:: (?P<language>\w+)\n\n"
    r"(?P<code>(?:(?P=indent) {4}.*\n|\n)+)",
    re.MULTILINE,
)


def blocks_in(path: str, language: str) -> list[str]:
    """Return the blocks in that language, in their order."""
    text = (ROOT / path).read_text()
    return [
        textwrap.dedent(match["code"])
        for match in BLOCK.finditer(text)
        if match["language"] == language
    ]


def python_in(path: str) -> list[str]:
    return blocks_in(path, "python")
