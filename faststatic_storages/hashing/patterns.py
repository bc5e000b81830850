"""Django's patterns for source maps, tried only at the lines where they can match."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, AnyStr

# A pattern for lines that start with a few given characters and then, whatever the case
# of the rest, with a word.
LINE = re.compile(
    r"\(\?m\)\^\(\?P<\w+>(?P<start>(?:[/# ]|\\\*|\[ \\t\])*)"
    r"\(\?-i:(?P<word>\w+)\)(?![?*{])"
)


class LinePattern:
    """
    A compiled pattern that matches at lines with ``word`` after ``start``.

    To find a word in a megabyte takes a hundredth of the time that a pattern takes.
    """

    def __init__(self, pattern: re.Pattern[str], start: str, word: str) -> None:
        self._pattern = pattern
        self._start_source = start
        self._word = word
        self._start = re.compile(start)
        self._start_of_bytes = re.compile(start.encode())
        self._width = len(re.sub(r"\\\*|\[ \\t\]", "*", start))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pattern, name)

    def __reduce__(self) -> tuple[Any, ...]:
        # A copy has no pattern to ask until it is made, so it is made as this one was.
        return LinePattern, (self._pattern, self._start_source, self._word)

    def search(self, content: str) -> re.Match[str] | None:
        return next(self._matches(content), None)

    def sub(self, replacement: Callable[[re.Match[str]], str], content: str) -> str:
        pieces = []
        end = 0
        for match in self._matches(content):
            pieces += [content[end : match.start()], replacement(match)]
            end = match.end()
        return "".join([*pieces, content[end:]]) if pieces else content

    def can_match(self, content: bytes) -> bool:
        """Return whether there may be a match once the bytes are decoded."""
        word = self._word.encode()
        lines = starts(content, word, self._start_of_bytes, self._width, b"\n")
        return next(lines, None) is not None

    def _matches(self, content: str) -> Iterator[re.Match[str]]:
        end = 0
        for line in starts(content, self._word, self._start, self._width, "\n"):
            if line >= end and (match := self._pattern.match(content, line)):
                yield match
                end = match.end()


def starts(
    content: AnyStr,
    word: AnyStr,
    start: re.Pattern[AnyStr],
    width: int,
    newline: AnyStr,
) -> Iterator[int]:
    """Yield where lines begin with ``width`` characters as ``start``, then ``word``."""
    position = content.find(word)
    while position >= 0:
        line = position - width
        is_line = line == 0 or (line > 0 and content[line - 1 : line] == newline)
        if is_line and start.fullmatch(content, line, position):
            yield line
        position = content.find(word, position + 1)


def line_pattern(pattern: re.Pattern[str]) -> Any:
    """Return the pattern, or the same with lines to look for first."""
    line = LINE.match(pattern.pattern)
    if line is None or "|" in pattern.pattern:
        return pattern
    return LinePattern(pattern, line["start"], line["word"])
