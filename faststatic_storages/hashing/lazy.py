"""A sequence that is computed when somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any


class LazySequence(Sequence[Any]):
    """What ``compute`` returns, from the first look on."""

    def __init__(self, compute: Callable[[], Sequence[Any]]) -> None:
        self._compute = compute

    @cached_property
    def _items(self) -> Sequence[Any]:
        return self._compute()

    def __getitem__(self, index: Any) -> Any:
        return self._items[index]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)
