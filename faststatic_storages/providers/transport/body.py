"""The body of an object that somebody else may have written."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class BoundedBody(BytesIO):
    """
    Keeps no more than the first ``limit`` bytes that an SDK writes, and one.

    The one is to be told from a body that ends there. What follows is read and dropped.
    """

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._room = limit + 1

    def write(self, data: ReadableBuffer, /) -> int:
        view = memoryview(data)
        kept = super().write(view[: self._room])
        self._room -= kept
        return view.nbytes
