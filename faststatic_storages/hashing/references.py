"""Which hashed names each rewritten file was written with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from faststatic_storages.hashing.adjustable import AdjustablePaths
from faststatic_storages.hashing.lazy import LazySequence


class References:
    """
    What the passes of one hashing used so far.

    ``adjustable`` are the files that can have any, ``order`` is the order in which
    Django processes all files. ``complete`` says whether all references are known; if
    not, every file is processed in each pass.
    """

    def __init__(self, adjustable: AdjustablePaths) -> None:
        self.adjustable = adjustable
        self.order: list[str] = []
        self.complete = True
        self._current = ""
        self._used: dict[str, dict[str, str]] = {}
        self._searched: tuple[str, re.Pattern[str]] | None = None
        self._blocks = LazySequence(list)

    def begin(self, name: str) -> None:
        """Take note that the references of this file follow."""
        self._current = name

    def use(self, key: str, hashed_name: str) -> None:
        self._used.setdefault(self._current, {})[key] = hashed_name

    def ignored_blocks(
        self,
        content: str,
        pattern: re.Pattern[str],
        find: Callable[[str, re.Pattern[str]], list[tuple[int, int]]],
    ) -> Sequence[Any]:
        """
        Return what ``find`` finds, when somebody looks at it.

        Django asks before it knows whether the file has any reference at all, and for
        each of its patterns anew.
        """
        if (content, pattern) != self._searched:
            self._searched = content, pattern
            self._blocks = LazySequence(lambda: find(content, pattern))
        return self._blocks

    def take_outdated(self, name: str, hashed_files: Mapping[str, str]) -> bool:
        """Return whether a file must be written again, and forget its references."""
        used = self._used.get(name, {})
        if all(hashed_files.get(key, value) == value for key, value in used.items()):
            return False
        del self._used[name]
        return True
