"""Which source file is behind an open file: saving one needs no copy of its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django.core.files.base import File

from faststatic_storages.content import SourceFile

if TYPE_CHECKING:
    BinaryFile = File[bytes]
else:
    BinaryFile = File


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
        if mode != "rb":
            return self._storage.open(name, mode)
        opened = UnreadFile(self._storage, name)
        self._sources.remember(opened, self._sources.file(self._storage, name))
        return opened


class UnreadFile(BinaryFile):
    """
    A source file that is opened when somebody reads it.

    Hashing opens every file, and of most it needs only the digest, known by then.
    """

    def __init__(self, storage: Any, path: str) -> None:
        self._storage = storage
        self._opened: Any = None
        self.name = path
        self.mode = "rb"

    @property
    def file(self) -> Any:
        if self._opened is None:
            self._opened = self._storage.open(self.name)
        return self._opened

    @file.setter
    def file(self, file: Any) -> None:
        self._opened = file

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
