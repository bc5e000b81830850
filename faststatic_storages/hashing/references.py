"""Which hashed names each rewritten file was written with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from faststatic_storages.hashing.adjustable import RewrittenPaths
from faststatic_storages.hashing.remembered import Remembered


class References:
    """
    What the passes of one hashing used so far.

    ``rewritten`` are the files that can have any, ``order`` is the order in which
    Django processes all files. ``complete`` says whether all references are known; if
    not, every file is processed in each pass.
    """

    def __init__(self, rewritten: RewrittenPaths) -> None:
        self.rewritten = rewritten
        self.order: list[str] = []
        self.complete = True
        self._used: defaultdict[str, dict[str, str]] = defaultdict(dict)

    def use(self, name: str, key: str, hashed_name: str) -> None:
        """Take note that the file ``name`` refers to ``key`` by this hashed name."""
        self._used[name][key] = hashed_name

    def used(self, name: str) -> Mapping[str, str]:
        """Return the hashed names that a file was written with last, by key."""
        return self._used.get(name, {})

    def take_outdated(self, name: str, hashed_files: Mapping[str, str]) -> bool:
        """Return whether a file must be written again, and forget its references."""
        used = self.used(name)
        if all(hashed_files.get(key, value) == value for key, value in used.items()):
            return False
        del self._used[name]
        return True


class Hashing:
    """What hashing remembers for as long as a run lasts."""

    def __init__(self) -> None:
        self.references: References | None = None
        self.remembered = Remembered()
        self.paths: Mapping[str, Any] = {}
        """Django's argument of that name: where the sources are."""
