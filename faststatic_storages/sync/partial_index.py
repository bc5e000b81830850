"""The index of a bucket of which a listing has read only a part."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from faststatic_storages.sync.index import ObjectIndex, ObjectInfo
from faststatic_storages.sync.stretches import Expected

MAX_QUESTIONS = 32
"""How often one looks for a single key, before all that is left is listed."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """
    All objects from behind one key up to another.

    ``end`` is ``None`` where there are no more.
    """

    after: str
    end: str | None
    objects: Sequence[ObjectInfo]

    def __contains__(self, key: str) -> bool:
        return self.after < key and (self.end is None or key <= self.end)


class PartialIndex(ObjectIndex):
    """
    The objects that were ``expected``; the others are looked for when asked about.

    Nothing is said to be absent that nobody has looked for. What was seen stays as it
    was seen: the rest is as it is when it is asked for. ``look_around`` looks for one
    key and returns what stands there, ``list_all`` lists everything; both raise what a
    listing does.
    """

    def __init__(
        self,
        by_key: dict[str, ObjectInfo],
        expected: Expected,
        *,
        look_around: Callable[[str], Stretch | None],
        list_all: Callable[[], Iterable[ObjectInfo]],
    ) -> None:
        super().__init__((), by_key)
        self._expected = expected
        self._look_around = look_around
        self._list_all = list_all
        self._stretches: list[Stretch] = []
        self.is_whole = False
        # A project may post-process in threads.
        self._turn = threading.RLock()

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def __iter__(self) -> Iterator[str]:
        with self._turn:
            if not self.is_whole:
                self._complete()
        return super().__iter__()

    def get(self, key: str) -> ObjectInfo | None:
        with self._turn:
            if not self._is_seen(key):
                self._look_for(key)
        return super().get(key)

    def may_have(self, key: str) -> bool:
        return super().get(key) is not None or not self._is_seen(key)

    def _is_seen(self, key: str) -> bool:
        return (
            self.is_whole
            or key in self._expected
            or any(key in stretch for stretch in self._stretches)
        )

    def _look_for(self, key: str) -> None:
        stretch = None
        if len(self._stretches) < MAX_QUESTIONS:
            stretch = self._look_around(key)
        if stretch is None:
            self._complete()
        else:
            self._add(stretch.objects)
            self._stretches.append(stretch)

    def _complete(self) -> None:
        self._add(self._list_all())
        self.is_whole = True

    def _add(self, objects: Iterable[ObjectInfo]) -> None:
        """Add what was not there for anybody to see before."""
        new = [info for info in objects if not self._is_seen(info.key)]
        self._objects.update((info.key, info) for info in new)
