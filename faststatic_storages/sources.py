"""Which source file is behind an open file: saving one needs no copy of its bytes."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from faststatic_storages.content import SourceFile


class Sources:
    """The source files of one run: one ``SourceFile`` each, so digested once."""

    def __init__(self) -> None:
        self._files: dict[tuple[Any, str], SourceFile] = {}
        self._storages: dict[Any, TrackedStorage] = {}
        self._opened: WeakKeyDictionary[Any, SourceFile] = WeakKeyDictionary()

    def file(self, storage: Any, path: str) -> SourceFile:
        key = (storage, path)
        if key not in self._files:
            self._files[key] = SourceFile(storage, path)
        return self._files[key]

    def tracked(self, storage: Any) -> TrackedStorage:
        """Return ``storage`` such that files opened from it are recognised."""
        if storage not in self._storages:
            self._storages[storage] = TrackedStorage(storage, self)
        return self._storages[storage]

    def remember(self, opened: Any, source: SourceFile) -> None:
        self._opened[opened] = source

    def behind(self, opened: Any) -> SourceFile | None:
        return self._opened.get(opened)


class TrackedStorage:
    """A source storage that tells ``Sources`` what it opens."""

    def __init__(self, storage: Any, sources: Sources) -> None:
        self._storage = storage
        self._sources = sources

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def open(self, name: str, mode: str = "rb") -> Any:
        opened = self._storage.open(name, mode)
        self._sources.remember(opened, self._sources.file(self._storage, name))
        return opened
