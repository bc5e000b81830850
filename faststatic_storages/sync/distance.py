"""How far away a service is, and how many puts at a time keep it busy."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from faststatic_storages.sync.upload import Upload

T = TypeVar("T")

# As many as two cores send; under one prefix, S3 takes 3,500.
PUTS_A_SECOND = 4000
# Of so many the fastest counts. Others have waited for a connection, or for this
# process.
SAMPLE = 32


class Distance:
    """Times the first puts, and tells then how many workers the service needs."""

    def __init__(self) -> None:
        self._fastest = float("inf")
        self._untimed = SAMPLE
        self._turn = threading.Lock()

    def timing(self, put: Callable[[Upload], T]) -> Callable[[Upload], T]:
        """Return ``put``, timed; any thread may call it."""

        def timed(upload: Upload) -> T:
            if self._untimed <= 0:
                return put(upload)
            began = time.perf_counter()
            result = put(upload)
            self._note(time.perf_counter() - began)
            return result

        return timed

    def _note(self, seconds: float) -> None:
        with self._turn:
            self._fastest = min(self._fastest, seconds)
            self._untimed -= 1

    @property
    def workers(self) -> int:
        """How many it needs, 0 for as long as that is not known."""
        return int(PUTS_A_SECOND * self._fastest) if self._untimed <= 0 else 0
