"""How many bytes are in memory at a time, to be sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Room:
    """
    Room for ``size`` bytes.

    Who comes first gets it first: a large body waits for no more than what was under
    way when it came.
    """

    def __init__(self, size: int) -> None:
        self._size = self._free = size
        self._turn = threading.Lock()
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, size: int) -> Iterator[None]:
        """Have so many bytes of it in the block; all of it, where they are more."""
        size = min(size, self._size)
        with self._turn, self._changed:
            self._changed.wait_for(lambda: self._free >= size)
            self._free -= size
        try:
            yield
        finally:
            with self._changed:
                self._free += size
                self._changed.notify()
