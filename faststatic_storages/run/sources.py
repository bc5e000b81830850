"""Which source file is behind an open file: saving one needs no copy of its bytes."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from io import SEEK_SET, BytesIO
from typing import Any

from django.core.files.base import ContentFile

from faststatic_storages.providers.files import BinaryFile
from faststatic_storages.sync.content import SourceFile
from faststatic_storages.sync.reading import Reading

# Larger files are read in chunks.
MAX_SIZE_READ_AT_ONCE = 4 * 1024 * 1024


class FileAtHand:
    """
    The source file that hashing has open, and what is known of it until it is closed.

    It begins when Django opens the file and ends when Django closes it; in between
    Django hashes, asks for, rewrites and saves it, and reads it once for all of that.
    """

    def __init__(self, source: SourceFile, outer: FileAtHand | None) -> None:
        self.source = source
        self.outer = outer
        self.hashed_key: str | None = None
        """The last key that was made of these very bytes."""
        self.notes: Any = None
        """What the layer above notes about the text."""
        self._data: bytes | None = None
        self._copy: object = None

    def read(self) -> bytes:
        """Return the whole of the file, of a small one without I/O but once."""
        if self._data is not None:
            return self._data
        with Reading(self.source.path), self.source.open() as file:
            data: bytes = file.read()
        self.source.take_digest(data)
        if len(data) <= MAX_SIZE_READ_AT_ONCE:
            self._data = data
        return data

    def md5(self) -> str:
        """Return the digest; who asks for it reads the file next, as a rule."""
        if not self.source.is_digested and self.source.size <= MAX_SIZE_READ_AT_ONCE:
            self.read()
        return self.source.md5

    def has_bytes_of(self, file: Any) -> bool:
        """Return whether ``file`` is known to have the same bytes."""
        if isinstance(file, SourceInUse):
            return file.at_hand is self
        if file is self._copy:
            return True
        if self._data is None or not isinstance(file, ContentFile):
            return False
        # Most of what Django rewrites comes out as it was.
        if not isinstance(file.file, BytesIO) or file.file.getvalue() != self._data:
            return False
        self._copy = file
        return True


class Sources:
    """
    The source files of one run: one ``SourceFile`` each, so digested once.

    ``note_hashed`` is called each time that hashing is done with one.
    """

    def __init__(self, note_hashed: Callable[[], None]) -> None:
        self._note_hashed = note_hashed
        self._files: defaultdict[Any, dict[str, SourceFile]] = defaultdict(dict)
        self._storages: dict[Any, TrackedStorage] = {}
        self._of_thread = threading.local()

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

    @property
    def at_hand(self) -> FileAtHand | None:
        """The file that this thread is hashing."""
        at_hand: FileAtHand | None = getattr(self._of_thread, "at_hand", None)
        return at_hand

    def begin(self, source: SourceFile) -> FileAtHand:
        at_hand = FileAtHand(source, outer=self.at_hand)
        self._of_thread.at_hand = at_hand
        return at_hand

    def end(self, at_hand: FileAtHand) -> None:
        self._note_hashed()
        if self.at_hand is at_hand:
            self._of_thread.at_hand = at_hand.outer

    def behind(self, file: Any) -> SourceFile | None:
        """Return the source whose bytes these are, if it is known."""
        if isinstance(file, SourceInUse):
            return file.at_hand.source
        at_hand = self.at_hand
        if at_hand is not None and at_hand.has_bytes_of(file):
            return at_hand.source
        return None


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
        source = self._sources.file(self._storage, name)
        return SourceInUse(self._sources, self._sources.begin(source))


class SourceInUse(BinaryFile):
    """
    An open source file, of which the bytes are read when somebody asks for them.

    Hashing opens every file, and of most it needs only the digest, known by then.
    """

    def __init__(self, sources: Sources, at_hand: FileAtHand) -> None:
        self.at_hand = at_hand
        self._sources = sources
        self._opened: Any = None
        self.name = at_hand.source.path
        self.mode = "rb"

    @property
    def file(self) -> Any:
        if self._opened is None:
            source = self.at_hand.source
            is_small = source.size <= MAX_SIZE_READ_AT_ONCE
            # Of a large one, too, the digest is known before anybody hashes it.
            self.at_hand.md5()
            self._opened = BytesIO(self.at_hand.read()) if is_small else source.open()
        return self._opened

    @file.setter
    def file(self, file: Any) -> None:
        self._opened = file

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        # Django goes back to the start of every file, whether it has read it or not.
        if self._opened is None and (offset, whence) == (0, SEEK_SET):
            return 0
        position: int = self.file.seek(offset, whence)
        return position

    def close(self) -> None:
        self._sources.end(self.at_hand)
        if self._opened is not None:
            self._opened.close()
