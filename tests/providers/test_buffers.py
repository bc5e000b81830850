"""Large bodies are sent from memory that is used again."""

from __future__ import annotations

import pytest

from faststatic_storages.providers.transport.buffers import Buffers
from faststatic_storages.sync.content import HeldBytes
from faststatic_storages.sync.reading import Reader

BODIES = [bytes([number]) * size for number, size in enumerate([70, 100, 64, 3, 100])]


def reader(body: bytes) -> Reader:
    return HeldBytes(body).reader()


@pytest.mark.parametrize("size", [0, 128, 1000])
def test_each_body_is_whole_whatever_is_kept(size: int) -> None:
    buffers = Buffers(size)

    for body in BODIES:
        with buffers.holding(reader(body)) as held:
            assert bytes(held) == body


def test_two_bodies_at_a_time_share_nothing() -> None:
    buffers = Buffers(1000)
    first, second, *_ = BODIES

    with buffers.holding(reader(first)) as one:
        with buffers.holding(reader(second)) as other:
            assert bytes(other) == second
        assert bytes(one) == first


def test_memory_of_a_body_that_failed_is_not_used_again() -> None:
    """obstore may still be sending the rest of it."""
    buffers = Buffers(1000)
    first, second, *_ = BODIES

    with pytest.raises(OSError, match="reset"), buffers.holding(reader(first)) as one:
        raise OSError("reset")

    with buffers.holding(reader(second)):
        assert bytes(one) == first


def test_what_is_in_memory_stays_where_it_is() -> None:
    body = HeldBytes(b"small").body()

    with Buffers(0).holding(body) as held:
        assert held is body.getvalue()
