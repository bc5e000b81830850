"""What is made once, for several who want it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """What ``make`` yields, for as many as want it, in any thread, one by one."""

    def __init__(self, make: Callable[[], Iterable[T]]) -> None:
        self._make = make
        self._items: Iterator[T] | None = None
        self._made: list[T] = []
        self._turn = threading.Lock()

    def __iter__(self) -> Iterator[T]:
        number = 0
        while True:
            with self._turn:
                if self._items is None:
                    self._items = iter(self._make())
                if number == len(self._made):
                    self._made.extend(islice(self._items, 1))
                if number == len(self._made):
                    return
            yield self._made[number]
            number += 1
