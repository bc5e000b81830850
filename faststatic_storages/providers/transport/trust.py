"""Whether the service takes what obstore sends, learned from what it refuses."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext

# So many refusals in a row, each of what the SDK stored then, are no accident.
ENOUGH = 3


class Trust:
    """
    Is lost after a few refusals in a row.

    After the first of them, one object at a time is tried, so that a service which
    refuses them all is not asked in vain by every thread.
    """

    def __init__(self) -> None:
        self.is_lost = False
        self._refusals = 0
        self._turn = threading.Lock()
        self._count = threading.Lock()

    def turn(self) -> AbstractContextManager[object]:
        """Return what to wait for before obstore is tried."""
        is_doubtful = self._refusals > 0 and not self.is_lost
        return self._turn if is_doubtful else nullcontext()

    def gain(self) -> None:
        if self._refusals:
            self._refusals = 0

    def lose(self) -> bool:
        """Count a refusal; return whether it was the last that it takes."""
        with self._count:
            self._refusals += 1
            is_last = self._refusals >= ENOUGH and not self.is_lost
            self.is_lost = self.is_lost or is_last
            return is_last
