"""Which source file is behind an open file: saving one needs no copy of its bytes."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django.core.files.base import ContentFile, File

from faststatic_storages.sync.content import SourceFile

if TYPE_CHECKING:
    BinaryFile = File[bytes]
else:
    BinaryFile = File

# Larger files are read in chunks.
MAX_SIZE_READ_AT_ONCE = 4 * 1024 * 1024


class Sources:
    """The source files of one run: one ``SourceFile`` each, so digested once."""

    def __init__(self) -> None:
        self._files: defaultdict[Any, dict[str, SourceFile]] = defaultdict(dict)
        self._storages: dict[Any, TrackedStorage] = {}
        self._behind: WeakKeyDictionary[Any, SourceFile] = WeakKeyDictionary()
        self._last_read: tuple[SourceFile, bytes] | None = None

    def file(self, storage: Any, path: str) -> SourceFile:
        files = self._files[storage]
        if path not in files:
            files[path] = SourceFile(storage, path)
        return files[path]

    def tracked(self, storage: Any) -> TrackedStorage:
        """Return ``storage`` such that files opened from it are recognised."""
        if storage not in self._storages:
            self._storages[storage] = TrackedStorage(storage, self)
        return self._storages[storage]

    def opened(self, file: Any, source: SourceFile) -> None:
        self._behind[file] = source

    def read(self, source: SourceFile) -> bytes:
        """Return the whole of a file, of a small one that was the last without I/O."""
        if self._last_read is not None and self._last_read[0] is source:
            return self._last_read[1]
        with source.open() as file:
            data: bytes = file.read()
        source.take_digest(data)
        if len(data) <= MAX_SIZE_READ_AT_ONCE:
            self._last_read = source, data
        return data

    def md5(self, source: SourceFile) -> str:
        """Return the digest; who asks for it reads the file next, as a rule."""
        if not source.is_digested and source.size <= MAX_SIZE_READ_AT_ONCE:
            self.read(source)
        return source.md5

    def behind(self, file: Any) -> SourceFile | None:
        """Return the source whose bytes these are, if it is known."""
        if (source := self._behind.get(file)) is not None:
            return source
        if self._last_read is None or not isinstance(file, ContentFile):
            return None
        # Most of what Django rewrites comes out as it was.
        source, data = self._last_read
        if not isinstance(file.file, BytesIO) or file.file.getvalue() != data:
            return None
        self._behind[file] = source
        return source


class TrackedStorage:
    """A source storage that tells ``Sources`` what it opens."""

    def __init__(self, storage: Any, sources: Sources) -> None:
        self._storage = storage
        self._sources = sources

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def source(self, name: str) -> SourceFile:
        return self._sources.file(self._storage, name)

    def open(self, name: str, mode: str = "rb") -> Any:
        if mode != "rb":
            return self._storage.open(name, mode)
        source = self.source(name)
        opened = UnreadFile(self._sources, source)
        self._sources.opened(opened, source)
        return opened


class UnreadFile(BinaryFile):
    """
    A source file that is opened when somebody reads it.

    Hashing opens every file, and of most it needs only the digest, known by then.
    """

    def __init__(self, sources: Sources, source: SourceFile) -> None:
        self._sources = sources
        self._source = source
        self._opened: Any = None
        self.name = source.path
        self.mode = "rb"

    @property
    def file(self) -> Any:
        if self._opened is None:
            is_small = self._source.size <= MAX_SIZE_READ_AT_ONCE
            self._opened = (
                BytesIO(self._sources.read(self._source))
                if is_small
                else self._source.open()
            )
        return self._opened

    @file.setter
    def file(self, file: Any) -> None:
        self._opened = file

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
