"""Memory for large bodies, which is used for one after the other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import mmap

from faststatic_storages.sync.reading import Body, Reader


class Buffers:
    """
    Keeps no more than ``size`` bytes of memory for bodies to come.

    New memory costs many times what it costs to fill it; and what each of many threads
    allocates by itself is never the system's again.
    """

    def __init__(self, size: int) -> None:
        self._room = size
        self._free: dict[int, list[mmap]] = {}
        self._turn = threading.Lock()

    @contextmanager
    def holding(self, file: Body | Reader) -> Iterator[bytes | memoryview]:
        """Have all bytes of ``file`` in memory in the block."""
        if isinstance(file, Body):
            yield file.getvalue()
            return
        buffer = self._filled(file)
        yield memoryview(buffer)[: file.size]
        # After an error, somebody may still send the rest of it.
        self._give_back(buffer)

    def _filled(self, file: Reader) -> mmap:
        buffer = self._take(file.size)
        count = file.readinto(memoryview(buffer)[: file.size])
        if count != file.size or file.read(1):
            raise ValueError("it has not the size that it had before")
        return buffer

    def _take(self, size: int) -> mmap:
        # What nobody writes to is no memory yet.
        length = 1 << (size - 1).bit_length()
        with self._turn:
            if free := self._free.get(length):
                self._room += length
                return free.pop()
        return mmap(-1, length)

    def _give_back(self, buffer: mmap) -> None:
        length = len(buffer)
        with self._turn:
            if length <= self._room:
                self._room -= length
                self._free.setdefault(length, []).append(buffer)
