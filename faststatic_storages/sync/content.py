"""Local content: bytes that are to be stored under a key, wherever they lie now."""

from __future__ import annotations

import hashlib
import shutil
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from functools import cached_property
from io import BytesIO
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol

from faststatic_storages.sync.digests import CRC32C, MD5, Digest, MultipartMD5
from faststatic_storages.sync.reading import (
    CHUNK_SIZE,
    Body,
    Fingerprint,
    Reader,
    Reading,
    SourceReader,
    changed,
)

MEMORY_SIZE_OF_ONE_BODY = 4 * CHUNK_SIZE

Compress = Callable[[Any], IO[bytes]]


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

    def body(self) -> Body:
        """Return all bytes to send; ``SourceError`` if they are not what they were."""
        with self.open() as file:
            data = file.read()
        return Body(data, MD5.of(data))

    def reader(self) -> Reader:
        """Return a file object to send from; it raises the same error when it ends."""
        return Reader(self.open(), self.size)

    def chunks(self, size: int = CHUNK_SIZE) -> Iterator[bytes]:
        with self.open() as file:
            while chunk := file.read(size):
                yield chunk

    @property
    def is_at_hand(self) -> bool:
        """Whether to have all bytes takes neither waiting nor computing."""
        return False

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
            self._md5 = self._digest()
        return self._md5

    def _digest(self) -> MD5:
        digest = hashlib.md5(usedforsecurity=False)
        for chunk in self.chunks():
            digest.update(chunk)
        return MD5.from_hash(digest)

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
    __slots__ = ("_crc32", "_md5", "_size", "path", "storage")

    def __init__(self, storage: SourceStorage, path: str) -> None:
        self.storage = storage
        self.path = path
        self._md5 = None
        self._crc32: int | None = None
        self._size: int | None = None

    @property
    def is_at_hand(self) -> bool:
        # Who has digested it in this run finds it in the system's cache.
        return self.is_digested

    @property
    def size(self) -> int:
        if self._size is None:
            try:
                self._size = self._size_now()
            except NotImplementedError:
                self._size = sum(len(chunk) for chunk in self.chunks())
        return self._size

    def _size_now(self) -> int:
        with Reading(self.path):
            return self.storage.size(self.path)

    def open(self) -> IO[bytes]:
        with Reading(self.path):
            file: IO[bytes] = self.storage.open(self.path)
        return file

    def chunks(self, size: int = CHUNK_SIZE) -> Iterator[bytes]:
        with Reading(self.path):
            yield from super().chunks(size)

    def body(self) -> Body:
        with Reading(self.path), self.storage.open(self.path) as file:
            data: bytes = file.read()
        is_other = self._md5 is None and self._size not in (None, len(data))
        # Some storages tell another size than that of what they read.
        if is_other and self._size_now() != self._size:
            raise changed(self.path)
        known = self._fingerprint
        if known is None:
            # Hardly any is read again; of one that is, the MD5 will do.
            self._confirm(MD5.of(data))
        elif known.crc32 != zlib.crc32(data):
            raise changed(self.path)
        return Body(data, self.md5)

    def reader(self) -> Reader:
        return SourceReader(
            self.open(),
            self.size,
            self.path,
            known=self._fingerprint,
            confirm=self._confirm,
        )

    @property
    def _fingerprint(self) -> Fingerprint | None:
        if self._md5 is None or self._crc32 is None:
            return None
        return Fingerprint(self._md5, self._crc32)

    def _confirm(self, md5: MD5) -> None:
        if self._md5 not in (None, md5):
            raise changed(self.path)
        self._md5 = md5

    def take_digest(self, data: bytes) -> None:
        if self._md5 is None:
            self._crc32 = zlib.crc32(data)
        super().take_digest(data)

    def _digest(self) -> MD5:
        digest, crc32 = hashlib.md5(usedforsecurity=False), 0
        for chunk in self.chunks():
            digest.update(chunk)
            crc32 = zlib.crc32(chunk, crc32)
        self._crc32 = crc32
        return MD5.from_hash(digest)


class HeldBytes(Content):
    """Bytes held in memory."""

    is_at_hand = True

    def __init__(self, data: bytes) -> None:
        self.data = data

    @property
    def size(self) -> int:
        return len(self.data)

    def open(self) -> IO[bytes]:
        return BytesIO(self.data)

    def body(self) -> Body:
        return Body(self.data, self.md5)


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
        # Two calls of it may differ; those of the bytes before must not.
        try:
            with self.content.reader() as file:
                shutil.copyfileobj(self.compress(file), body, CHUNK_SIZE)
                file.finish()
        except BaseException:
            body.close()
            raise
        body.seek(0)
        return body
