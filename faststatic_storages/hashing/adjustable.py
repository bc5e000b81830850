"""Which files Django has to rewrite: those that can refer to another."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

# Decoded in pieces, a text of some megabytes is never in memory as a whole.
PIECE_SIZE = 64 * 1024


class RewrittenPaths:
    """
    Answers Django's question whether a file has to be searched for references.

    Django decodes, searches, encodes and saves every CSS and JavaScript file, and most
    come out as they were. Those of which ``can_refer`` knows it are left out.
    """

    def __init__(self, names: Iterable[str], can_refer: Callable[[str], bool]) -> None:
        self.names = frozenset(names)
        self._can_refer = cache(can_refer)

    def __contains__(self, name: str) -> bool:
        return name in self.names and self._can_refer(name)

    def corrected(self, result: Any) -> Any:
        """
        Return what ``_post_process()`` yields for a CSS or JavaScript file.

        ``result`` is its name, its hashed name, whether it was processed, and whether
        it came out under another name than the last time.
        """
        name, hashed_name, *_ = result
        is_left_out = name in self.names and name not in self
        return (name, hashed_name, True, False) if is_left_out else result


def one_at_a_time(results: Iterable[Any], names: list[str]) -> Iterator[Any]:
    """
    Yield the results of Django's first pass; meanwhile ``names`` has theirs alone.

    Django looks for the name of each file in this list, which has the names of all CSS
    and JavaScript files: with 100,000 files, ten thousand of them, it takes longer than
    the hashing.
    """
    everything = [*names]
    known = set(names)
    try:
        for result in results:
            names[:] = known.intersection(result[:1])
            yield result
    finally:
        names[:] = everything


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
