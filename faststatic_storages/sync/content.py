"""Local content: bytes that are to be stored under a key, wherever they lie now."""

from __future__ import annotations

import hashlib
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from functools import cached_property
from io import BytesIO
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol

from faststatic_storages.sync.digests import CRC32C, MD5, Digest, MultipartMD5

CHUNK_SIZE = 1024 * 1024
MEMORY_SIZE_OF_ONE_BODY = 4 * CHUNK_SIZE

Compress = Callable[[IO[bytes]], IO[bytes]]


class SourceStorage(Protocol):
    """The part of a Django storage that a source file needs."""

    def open(self, name: str) -> Any: ...

    def size(self, name: str) -> int: ...


class Content(ABC):
    """Bytes that can be opened any number of times; each digest is computed once."""

    content_type: str | None = None
    """What an uploaded file says of itself; a storage prefers it to its own guess."""

    _md5: MD5 | None = None

    @property
    @abstractmethod
    def size(self) -> int:
        """Length in bytes."""

    @abstractmethod
    def open(self) -> IO[bytes]:
        """Return a new file object at the start of the bytes."""

    def chunks(self, size: int = CHUNK_SIZE) -> Iterator[bytes]:
        with self.open() as file:
            while chunk := file.read(size):
                yield chunk

    @property
    def is_digested(self) -> bool:
        return self._md5 is not None

    def take_digest(self, data: bytes) -> None:
        """Digest the bytes that somebody has read anyway."""
        if self._md5 is None:
            self._md5 = MD5.of(data)

    def share_digest(self, digest: Digest | None) -> None:
        """Let two equal digests be one object."""
        if isinstance(digest, MD5) and digest == self._md5:
            self._md5 = digest

    @property
    def md5(self) -> MD5:
        """The MD5, as in the ETag of a single-part upload."""
        if self._md5 is None:
            digest = hashlib.md5(usedforsecurity=False)
            for chunk in self.chunks():
                digest.update(chunk)
            self._md5 = MD5.from_hash(digest)
        return self._md5

    @cached_property
    def crc32c(self) -> CRC32C:
        return CRC32C.of(self.chunks())

    def multipart_md5(self, part_size: int) -> MultipartMD5:
        """Return what S3 says of these bytes uploaded in parts of that many bytes."""
        return MultipartMD5.of(self.chunks(part_size))

    def compressed(self, compress: Compress) -> Content:
        """Return this content as ``compress`` leaves it, one object for all callers."""
        return self._compressed.setdefault(compress, CompressedContent(self, compress))

    @cached_property
    def _compressed(self) -> dict[Compress, Content]:
        return {}


class SourceFile(Content):
    """A file in one of the source storages that the finders list; read in place."""

    # There is one for each file of the site, and a dictionary takes twice the memory.
    __slots__ = ("_md5", "_size", "path", "storage")

    def __init__(self, storage: SourceStorage, path: str) -> None:
        self.storage = storage
        self.path = path
        self._md5 = None
        self._size: int | None = None

    @property
    def size(self) -> int:
        if self._size is None:
            try:
                self._size = self.storage.size(self.path)
            except NotImplementedError:
                self._size = sum(len(chunk) for chunk in self.chunks())
        return self._size

    def open(self) -> IO[bytes]:
        file: IO[bytes] = self.storage.open(self.path)
        return file


class HeldBytes(Content):
    """Bytes held in memory."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @property
    def size(self) -> int:
        return len(self.data)

    def open(self) -> IO[bytes]:
        return BytesIO(self.data)


class SpilledFile(Content):
    """Bytes that were moved to a temporary file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def open(self) -> IO[bytes]:
        return self.path.open("rb")


class CompressedContent(Content):
    """Other content, compressed anew each time that it is opened."""

    def __init__(self, content: Content, compress: Compress) -> None:
        self.content = content
        self.compress = compress

    @cached_property
    def size(self) -> int:
        return sum(len(chunk) for chunk in self.chunks())

    def open(self) -> IO[bytes]:
        body = SpooledTemporaryFile(max_size=MEMORY_SIZE_OF_ONE_BODY)  # noqa: SIM115
        with self.content.open() as file:
            shutil.copyfileobj(self.compress(file), body, CHUNK_SIZE)
        body.seek(0)
        return body
