"""Which files Django has to rewrite: those that can refer to another."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable

# Decoded in pieces, a text of some megabytes is never in memory as a whole.
PIECE_SIZE = 64 * 1024


class AdjustablePaths:
    """
    Answers Django's question whether a file has to be searched for references.

    Django decodes, searches, encodes and saves every CSS and JavaScript file, and most
    come out as they were. Those of which this is known beforehand are ``left_out``.
    """

    def __init__(self, names: Iterable[str], can_refer: Callable[[str], bool]) -> None:
        self._undecided = set(names)
        self._can_refer = can_refer
        self._adjustable: set[str] = set()
        self.left_out: set[str] = set()

    def __contains__(self, name: str) -> bool:
        if name in self._undecided:
            self._undecided.discard(name)
            can_refer = self._can_refer(name)
            (self._adjustable if can_refer else self.left_out).add(name)
        return name in self._adjustable


def is_utf_8(data: bytes) -> bool:
    if data.isascii():
        return True
    decoder = getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), PIECE_SIZE):
            decoder.decode(data[start : start + PIECE_SIZE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
