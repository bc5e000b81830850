"""How many bytes are in memory at a time, to be sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Room:
    """
    Room for ``size`` bytes; of what is more than that, one at a time has all of it.

    Who comes first gets it first: a large body waits for no more than what was under
    way when it came.
    """

    def __init__(self, size: int) -> None:
        self._size = self._free = size
        self._wanted = 0
        self._turn = threading.Lock()
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, size: int) -> Iterator[None]:
        """Have so many bytes of it in the block."""
        self.take(size)
        try:
            yield
        finally:
            self.give_back(size)

    def take(self, size: int) -> None:
        """Wait for so many bytes of it; any thread may give them back."""
        size = min(size, self._size)
        with self._turn, self._changed:
            self._wanted = size
            self._changed.wait_for(lambda: self._free >= size)
            self._free -= size

    def give_back(self, size: int) -> None:
        with self._changed:
            self._free += min(size, self._size)
            # Whoever waits is not to be woken in vain.
            if self._free >= self._wanted:
                self._changed.notify()
