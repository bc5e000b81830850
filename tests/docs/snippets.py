"""The pieces of Python in a document of ours."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(
    r"^(?P<indent> *)\.\. code-block:: python\n\n(?P<code>(?:(?P=indent) {4}.*\n|\n)+)",
    re.MULTILINE,
)


def python_in(path: str) -> list[str]:
    """Return the snippets, in their order."""
    text = (ROOT / path).read_text()
    return [textwrap.dedent(match["code"]) for match in BLOCK.finditer(text)]
