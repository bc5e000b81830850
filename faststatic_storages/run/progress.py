"""Which phase of its work a run is in, how far, and how long each has taken."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Phase:
    """
    A part of a run that takes time.

    ``doing``, ``done`` and ``unit`` are what it is called while it lasts and at its
    end, and what it counts. Without them it is only measured.
    """

    name: str
    doing: str = ""
    done: str = ""
    unit: str = ""


LISTING = Phase("listing", "Listing", "Listed", "object")
HASHING = Phase("hashing", "Hashing", "Hashed", "file")
COMPARING = Phase("comparing")
UPLOADING = Phase("uploading", "Uploading", "Uploaded", "object")
PUBLISHING = Phase("publishing")
DELETING = Phase("deleting", "Deleting", "Deleted", "object")


class Display(Protocol):
    """
    Shows one phase after the other.

    ``total`` is ``None`` where nobody knows, ``size`` is in bytes. ``end()`` comes
    after a phase that was completed, ``abandon()`` after one that was not.
    """

    def begin(self, phase: Phase, total: int | None) -> None: ...

    def advance(self, count: int, size: int) -> None: ...

    def end(self, phase: Phase, count: int, size: int, seconds: float) -> None: ...

    def abandon(self) -> None: ...


class Progress:
    """
    The phases of one run, one at a time, shown on ``display`` if there is one.

    ``seconds`` has how long each of those took that are over.
    """

    def __init__(self, display: Display | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self._display = display
        # The listing counts from a thread of its own.
        self._turn = threading.RLock()
        self._phase: Phase | None = None
        self._opened = self._begun = time.monotonic()
        self._total: int | None = None
        self._count = 0
        self._size = 0

    @property
    def elapsed(self) -> float:
        """For how many seconds the run has been open."""
        return time.monotonic() - self._opened

    @contextmanager
    def during(self, phase: Phase, total: int | None = None) -> Iterator[None]:
        """Be in ``phase`` for the block; inside another one it is a part of that."""
        if self._phase is not None:
            yield
            return
        self.begin(phase, total)
        try:
            yield
        except BaseException:
            self.abandon()
            raise
        self.end()

    def begin(self, phase: Phase, total: int | None = None) -> None:
        with self._turn:
            self._phase, self._total = phase, total
            self._count = self._size = 0
            self._begun = time.monotonic()
            if self._display is not None and phase.doing:
                self._display.begin(phase, total)

    def advance(self, phase: Phase, count: int = 1, size: int = 0) -> None:
        """Count what was done in ``phase``, from any thread."""
        with self._turn:
            if phase is not self._phase or self._count == self._total:
                return
            self._count += count
            self._size += size
            if self._display is not None:
                self._display.advance(count, size)

    def end(self) -> None:
        with self._turn:
            phase, self._phase = self._phase, None
            if phase is None:
                return
            taken = time.monotonic() - self._begun
            self.seconds[phase.name] = self.seconds.get(phase.name, 0) + taken
            if self._display is not None and phase.doing:
                self._display.end(phase, self._count, self._size, taken)

    def abandon(self) -> None:
        """Let nothing be seen of a phase that failed."""
        with self._turn:
            self._phase = None
            if self._display is not None:
                self._display.abandon()
