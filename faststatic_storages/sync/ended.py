"""Uploads that ended, for the one thread that decides what comes next."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Ended(Generic[T]):
    """
    Keeps what ended until enough has, and wakes then who waits for it.

    To be woken, a thread takes the interpreter from those that put, and they wait for
    it to come back: once for each object, that is a good part of all that they wait.
    What failed is told at once.
    """

    def __init__(self) -> None:
        self._futures: deque[Future[T]] = deque()
        self._enough = 1
        self._is_urgent = False
        self._wake = threading.Event()

    def add(self, future: Future[T]) -> None:
        """Keep a future that is done; any thread may."""
        self._futures.append(future)
        if future.cancelled() or future.exception() is not None:
            self._is_urgent = True
        if self._is_urgent or len(self._futures) >= self._enough:
            self._wake.set()

    def take(self, enough: int, seconds: float) -> list[Future[T]]:
        """Wait for so many, or one that failed, but no longer; return what there is."""
        self._enough = enough
        self._wake.clear()
        if len(self._futures) < enough and not self._is_urgent:
            self._wake.wait(seconds)
        self._is_urgent = False
        return [self._futures.popleft() for _ in range(len(self._futures))]
