"""Memory for large bodies, which is used for one after the other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import mmap

from faststatic_storages.sync.reading import Body, Reader

# Bodies of about the same size find the same memory.
STEP = 256 * 1024


class Buffers:
    """
    Has no more than ``size`` bytes of memory for bodies, as long as these need no more.

    New memory costs many times what it costs to fill it; and what each of many threads
    allocates by itself is never the system's again.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._had = 0
        self._free: list[mmap] = []
        self._turn = threading.Lock()

    @contextmanager
    def holding(self, file: Body | Reader) -> Iterator[bytes | memoryview]:
        """Have all bytes of ``file`` in memory in the block."""
        if isinstance(file, Body):
            yield file.getvalue()
            return
        with self._taken(file.size) as buffer:
            view = memoryview(buffer)[: file.size]
            count = file.readinto(view)
            if count != file.size or file.read(1):
                raise ValueError("it has not the size that it had before")
            yield view

    @contextmanager
    def _taken(self, size: int) -> Iterator[mmap]:
        buffer = self._take(-(-size // STEP) * STEP)
        is_done = False
        try:
            yield buffer
            is_done = True
        finally:
            # After an error, somebody may still send the rest of it.
            self._give_back(buffer, is_free=is_done)

    def _take(self, length: int) -> mmap:
        with self._turn:
            # What is much larger may be the only one for a larger body.
            fitting = [free for free in self._free if length <= len(free) <= 2 * length]
            if fitting:
                best = min(fitting, key=len)
                self._free.remove(best)
                return best
            self._had += length
            while self._free and self._had > self._size:
                self._had -= len(self._free.pop(0))
        # What nobody writes to is no memory yet.
        return mmap(-1, length)

    def _give_back(self, buffer: mmap, *, is_free: bool) -> None:
        with self._turn:
            if is_free and self._had <= self._size:
                self._free.append(buffer)
            else:
                self._had -= len(buffer)
