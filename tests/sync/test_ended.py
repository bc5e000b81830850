"""What ended, told to one thread a few at a time."""

from __future__ import annotations

import threading
from concurrent.futures import Future

from faststatic_storages.sync.ended import Ended

# A test that waits so long has failed.
LONG = 30


def done(result: int) -> Future[int]:
    future: Future[int] = Future()
    future.set_result(result)
    return future


def failed(error: Exception) -> Future[int]:
    future: Future[int] = Future()
    future.set_exception(error)
    return future


def after(seconds: float, ended: Ended[int], *futures: Future[int]) -> None:
    def add() -> None:
        for future in futures:
            ended.add(future)

    threading.Timer(seconds, add).start()


def test_as_many_as_are_there_are_told_at_once() -> None:
    ended: Ended[int] = Ended()
    futures = [done(number) for number in range(5)]
    for future in futures:
        ended.add(future)

    assert ended.take(2, LONG) == futures
    assert ended.take(2, 0) == []


def test_nobody_is_woken_before_there_are_enough() -> None:
    ended: Ended[int] = Ended()
    futures = [done(number) for number in range(3)]
    ended.add(futures[0])
    after(0.05, ended, futures[1])
    after(0.1, ended, futures[2])

    assert ended.take(3, LONG) == futures


def test_fewer_are_told_when_it_has_taken_too_long() -> None:
    ended: Ended[int] = Ended()
    future = done(1)
    ended.add(future)

    assert ended.take(2, 0.01) == [future]


def test_failure_is_told_at_once() -> None:
    ended: Ended[int] = Ended()
    future = failed(OSError("reset"))
    after(0.05, ended, future)

    assert ended.take(9, LONG) == [future]


def test_failure_before_anybody_waits_is_told_at_once() -> None:
    ended: Ended[int] = Ended()
    cancelled: Future[int] = Future()
    cancelled.cancel()
    ended.add(cancelled)

    assert ended.take(9, LONG) == [cancelled]
