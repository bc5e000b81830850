"""Reading what is sent, and seeing that it is what was decided upon."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import SEEK_END, SEEK_SET, BufferedIOBase, BytesIO
from types import TracebackType
from typing import IO, Any

from faststatic_storages.sync.digests import MD5

CHUNK_SIZE = 1024 * 1024


class SourceError(Exception):
    """A source file is not there as it was before. The message names it."""


class Reading:
    """Says by name which source file cannot be read in the block, and why."""

    # There are several for each object; a generator would cost three times as much.
    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(error, OSError):
            why = error.strerror or error
            raise SourceError(
                f"{self._path} cannot be read any more ({type(error).__name__}: {why})"
            ) from error


def changed(path: str) -> SourceError:
    return SourceError(f"{path} was changed while it was collected")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """
    What is known of bytes: the CRC32 tells at a fifth of the cost if they are the same.

    Nobody makes two files on purpose that share it; and where a service tells the MD5
    of what it has stored, that is compared as well.
    """

    md5: MD5
    crc32: int


class CRC32:
    def __init__(self) -> None:
        self.value = 0

    def update(self, data: bytes | memoryview) -> None:
        self.value = zlib.crc32(data, self.value)


class Body(BytesIO):
    """Bytes to send that are in memory, and their MD5."""

    def __init__(self, data: bytes, md5: MD5) -> None:
        super().__init__(data)
        self.size = len(data)
        self.md5 = md5


class Reader(BufferedIOBase):
    """
    An open file whose bytes are digested while somebody sends them.

    Who sends may start again, and seek; the digest is always of all bytes up to where
    the file was read last.
    """

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file: Any = file
        self.size = size
        self._digest = self._new_digest()
        self._position = self._digested = 0

    def _new_digest(self) -> Any:
        return hashlib.md5(usedforsecurity=False)

    @property
    def md5(self) -> MD5:
        return MD5(self._digest.hexdigest())

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        self._file.seek(offset, whence)
        self._position = self._file.tell()
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        self._digest_up_to(self._position)
        return self._next(-1 if size is None else size)

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer, as far as there are bytes left; they are not copied."""
        self._digest_up_to(self._position)
        return self._next_into(memoryview(buffer))

    def _digest_up_to(self, position: int) -> None:
        """Be where somebody has gone; it costs a second look at what is before it."""
        if position == self._digested:
            return
        if position < self._digested:
            self._digest = self._new_digest()
            self._digested = 0
        self._file.seek(self._digested)
        while left := position - self._digested:
            if not self._next(min(left, CHUNK_SIZE)):
                break

    def _next(self, size: int) -> bytes:
        data: bytes = self._file.read(size)
        # Less than was asked for is the end of it.
        while 0 < len(data) < size and (more := self._file.read(size - len(data))):
            data += more
        self._take(data)
        return data

    def _next_into(self, view: memoryview) -> int:
        count = 0
        while count < len(view) and (more := self._file.readinto(view[count:])):
            count += more
        self._take(view[:count])
        return count

    def _take(self, data: bytes | memoryview) -> None:
        self._digest.update(data)
        self._digested += len(data)
        self._position = self._digested

    def finish(self) -> None:
        """Read what nobody has read."""
        while self.read(CHUNK_SIZE):
            pass

    def close(self) -> None:
        self._file.close()
        super().close()


class SourceReader(Reader):
    """
    The same of a source file, which has to be as it was.

    Before the last byte is handed over, all ``size`` bytes are compared with what is
    ``known`` of them, or else ``confirm`` is given their MD5; either raises
    ``SourceError``. That error is raised at the end again, whatever the one who sends
    has made of it.
    """

    def __init__(
        self,
        file: IO[bytes],
        size: int,
        path: str,
        *,
        known: Fingerprint | None,
        confirm: Callable[[MD5], None],
    ) -> None:
        self._known = known
        super().__init__(file, size)
        self._path = path
        self._confirm = confirm
        self._error: SourceError | None = None

    def _new_digest(self) -> Any:
        return super()._new_digest() if self._known is None else CRC32()

    @property
    def md5(self) -> MD5:
        return super().md5 if self._known is None else self._known.md5

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        position = super().seek(offset, whence)
        if whence == SEEK_END and position != self.size + offset:
            # Who measures it would send less, or more.
            self._error = changed(self._path)
            raise self._error
        return position

    def _next(self, size: int) -> bytes:
        with self._checking():
            data = super()._next(size)
            self._check_end(is_end=size < 0 or len(data) < size)
        return data

    def _next_into(self, view: memoryview) -> int:
        with self._checking():
            count = super()._next_into(view)
            self._check_end(is_end=count < len(view))
        return count

    @contextmanager
    def _checking(self) -> Iterator[None]:
        """Raise what was wrong before, and keep what is wrong now."""
        if self._error is not None:
            raise self._error
        try:
            with Reading(self._path):
                yield
        except SourceError as error:
            self._error = error
            raise

    def _check_end(self, *, is_end: bool) -> None:
        if not is_end and self._position < self.size:
            return
        if self._position != self.size or self._file.read(1):
            raise changed(self._path)
        if self._known is None:
            self._confirm(self.md5)
        elif self._digest.value != self._known.crc32:
            raise changed(self._path)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, traceback)
        if self._error is not None:
            raise self._error from error
