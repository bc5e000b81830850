"""A pool does all that is submitted, on as many threads as the machine has."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from faststatic_storages.sync.pool import DaemonThreadPool


@contextmanager
def no_thread_to_start() -> Iterator[None]:
    """Let each new thread want more memory than there are addresses for."""
    before = threading.stack_size(1 << 46)
    try:
        yield
    finally:
        threading.stack_size(before)


def current_thread(begin: threading.Event) -> threading.Thread:
    begin.wait(timeout=10)
    return threading.current_thread()


def test_as_many_threads_as_wanted_work() -> None:
    begin = threading.Event()

    with DaemonThreadPool(3) as pool:
        futures = [pool.submit(current_thread, begin) for _ in range(5)]
        begin.set()

    threads = {future.result() for future in futures}
    assert len(threads) <= 3
    assert threading.current_thread() not in threads
    assert all(thread.daemon for thread in threads)


def test_threads_that_cannot_be_started_are_done_without() -> None:
    begin = threading.Event()

    with DaemonThreadPool(3) as pool:
        futures = [pool.submit(current_thread, begin)]
        with no_thread_to_start():
            futures += [pool.submit(current_thread, begin) for _ in range(4)]
        begin.set()

    assert len({future.result() for future in futures}) == 1


def test_without_a_thread_the_caller_works() -> None:
    begin = threading.Event()
    begin.set()

    with no_thread_to_start(), DaemonThreadPool(3) as pool:
        works = pool.submit(current_thread, begin)
        fails = pool.submit(int, "no number")

    assert works.result() is threading.current_thread()
    with pytest.raises(ValueError, match="no number"):
        fails.result()


@pytest.mark.usefixtures("_attended")
def test_caller_that_works_is_interrupted_by_ctrl_c() -> None:
    with (
        no_thread_to_start(),
        DaemonThreadPool(3) as pool,
        pytest.raises(KeyboardInterrupt),
    ):
        pool.submit(signal.raise_signal, signal.SIGINT)
