"""Django's patterns, tried only where they can match."""

from __future__ import annotations

import re
from typing import Any

# A group that is in the pattern as it stands, whatever the case of the rest.
LITERAL = re.compile(r"\(\?-i:(\w+)\)(?![?*{])")


class LiteralPattern:
    """
    A compiled pattern in each of whose matches ``literal`` occurs.

    To find a word in a megabyte takes a hundredth of the time that a pattern takes.
    """

    def __init__(self, pattern: re.Pattern[str], literal: str) -> None:
        self._pattern = pattern
        self._literal = literal

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pattern, name)

    def search(self, content: str) -> re.Match[str] | None:
        return self._pattern.search(content) if self._literal in content else None

    def sub(self, replacement: Any, content: str) -> str:
        if self._literal not in content:
            return content
        return self._pattern.sub(replacement, content)


def sped_up(pattern: re.Pattern[str]) -> Any:
    """Return the pattern, or the same with a literal to look for first."""
    literal = LITERAL.search(pattern.pattern)
    if literal is None or "|" in pattern.pattern:
        return pattern
    return LiteralPattern(pattern, literal[1])
