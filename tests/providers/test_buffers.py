"""Large bodies are sent from memory that is used again."""

from __future__ import annotations

import weakref
from mmap import mmap

import pytest

from faststatic_storages.providers.transport.buffers import STEP, Buffers
from faststatic_storages.sync.content import HeldBytes
from faststatic_storages.sync.reading import Reader

BODIES = [bytes([number]) * size for number, size in enumerate([70, 100, 64, 3, 100])]


def reader(body: bytes) -> Reader:
    return HeldBytes(body).reader()


@pytest.mark.parametrize("size", [0, STEP, 2 * STEP])
def test_each_body_is_whole_whatever_is_kept(size: int) -> None:
    buffers = Buffers(size)

    for body in BODIES:
        with buffers.holding(reader(body)) as held:
            assert bytes(held) == body


def test_two_bodies_at_a_time_share_nothing() -> None:
    buffers = Buffers(2 * STEP)
    first, second, *_ = BODIES

    with buffers.holding(reader(first)) as one:
        with buffers.holding(reader(second)) as other:
            assert bytes(other) == second
        assert bytes(one) == first


def test_memory_of_a_body_that_failed_is_not_used_again() -> None:
    """obstore may still be sending the rest of it."""
    buffers = Buffers(2 * STEP)
    first, second, *_ = BODIES

    with pytest.raises(OSError, match="reset"), buffers.holding(reader(first)) as one:
        raise OSError("reset")

    with buffers.holding(reader(second)):
        assert bytes(one) == first


def test_what_is_in_memory_stays_where_it_is() -> None:
    body = HeldBytes(b"small").body()

    with Buffers(0).holding(body) as held:
        assert held is body.getvalue()


def memory_of(buffers: Buffers, *sizes: int) -> list[int]:
    """Return where each body lies that is sent after the other."""
    places = []
    for size in sizes:
        with buffers.holding(reader(bytes(size))) as held:
            assert isinstance(held, memoryview)
            places.append(id(held.obj))
    return places


def test_memory_is_used_again_by_what_fits_it() -> None:
    buffers = Buffers(8 * STEP)

    first, same, half, quarter = memory_of(
        buffers, 4 * STEP, 4 * STEP - 1, 2 * STEP, STEP
    )

    assert first == same == half
    # The next large body finds its own.
    assert quarter != first


def test_memory_that_none_fits_is_given_up_for_another() -> None:
    buffers = Buffers(4 * STEP)
    small = memory_after(buffers, STEP)

    memory_of(buffers, 4 * STEP)

    assert small() is None


def test_no_memory_is_kept_of_what_was_more_than_there_should_be() -> None:
    buffers = Buffers(4 * STEP)

    large = memory_after(buffers, 5 * STEP)
    # That does not count any more.
    kept = memory_after(buffers, 4 * STEP)

    assert large() is None
    assert kept() is not None


def memory_after(buffers: Buffers, size: int) -> weakref.ref[mmap]:
    """Send a body; return where it lay, if that is still there."""
    with buffers.holding(reader(bytes(size))) as held:
        assert isinstance(held, memoryview)
        assert isinstance(held.obj, mmap)
        return weakref.ref(held.obj)
