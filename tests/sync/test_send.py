"""Sending, with the order of everything in the test's hands."""

from __future__ import annotations

import time
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from typing import Any

import pytest

from faststatic_storages.sync.content import HeldBytes
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.pool import DaemonThreadPool
from faststatic_storages.sync.send import Lane, SyncError, send
from faststatic_storages.sync.upload import Upload


def info(key: str) -> ObjectInfo:
    return ObjectInfo(key, 0, datetime(2026, 1, 1, tzinfo=UTC), None)


def upload(key: str) -> Upload:
    return Upload(key, HeldBytes(b""), {})


class SlowDown(Exception):
    pass


def pause_after(error: BaseException) -> float | None:
    return 0 if isinstance(error, SlowDown) else None


class AtOnce(Executor):
    """Runs each task in the call that submits it, but for those ``left`` pending."""

    def __init__(self, left: str = "") -> None:
        self.left = left

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if args[0].key not in self.left:
            try:
                future.set_result(fn(*args, **kwargs))
            except Exception as error:
                future.set_exception(error)
        return future


class Service:
    """Puts; the errors of a key are raised one at each attempt."""

    def __init__(self, **errors: list[Exception]) -> None:
        self.errors = errors
        self.attempts: list[str] = []

    def put(self, upload: Upload) -> ObjectInfo:
        self.attempts.append(upload.key)
        if errors := self.errors.get(upload.key):
            raise errors.pop(0)
        return info(upload.key)


def test_everything_is_put_once() -> None:
    keys = [str(n) for n in range(20)]

    with DaemonThreadPool(3) as pool:
        lane = Lane(keys, pool, 3)
        sent = [one.key for one in send([lane], upload, lambda one: info(one.key))]

    assert sorted(sent) == sorted(keys)


def test_a_failure_stops_the_rest() -> None:
    service = Service(c=[ValueError("refused")])
    lane = Lane("abcdefgh", AtOnce(), 1)

    with pytest.raises(SyncError, match="Could not upload c; 5 more") as raised:
        list(send([lane], upload, service.put))

    assert service.attempts == list("abc")
    assert [failure.key for failure in raised.value.failures] == ["c"]
    assert raised.value.untried == 5


def test_every_failure_is_named() -> None:
    service = Service(a=[ValueError()], b=[OSError()])
    lane = Lane("0ab", AtOnce(), 2)

    with pytest.raises(SyncError, match="Could not upload a, b; 0 more"):
        list(send([lane], upload, service.put))


def test_what_had_not_begun_when_another_failed_is_untried() -> None:
    service = Service(a=[ValueError()])
    lane = Lane("0abc", AtOnce(left="bc"), 2)

    with pytest.raises(SyncError) as raised:
        list(send([lane], upload, service.put))

    assert raised.value.untried == 2


def test_a_consumer_that_leaves_cancels_what_has_not_begun() -> None:
    service = Service()
    sending = send([Lane("abc", AtOnce(left="bc"), 2)], upload, service.put)

    assert next(sending).key == "a"
    sending.close()

    assert service.attempts == ["a"]


def test_lanes_advance_side_by_side() -> None:
    service = Service()
    lanes = [Lane("abcd", AtOnce(), 1), Lane("wxyz", AtOnce(), 1)]

    sent = [one.key for one in send(lanes, upload, service.put)]

    assert sorted(sent) == list("abcdwxyz")
    assert service.attempts[:5] == list("abcwx")


def test_throttled_upload_is_put_again_and_fewer_at_a_time() -> None:
    service = Service(a=[SlowDown()], b=[SlowDown()], e=[SlowDown()])
    lane = Lane("0abcdefghij", AtOnce(), 4)

    sent = [
        one.key for one in send([lane], upload, service.put, pause_after=pause_after)
    ]

    assert sorted(sent) == list("0abcdefghij")
    # Eight are at hand when the first is back; a shows that they are too many.
    assert service.attempts[:9] == list("0abcdefgh")
    assert service.attempts[9:] == list("ijabe")


def test_upload_that_stays_throttled_fails() -> None:
    service = Service(a=[SlowDown() for _ in range(9)])
    lane = Lane("ab", AtOnce(), 8)

    with pytest.raises(SyncError, match="Could not upload a; 0 more"):
        list(send([lane], upload, service.put, pause_after=pause_after))

    assert service.attempts.count("a") == 5


def test_what_refuses_the_first_has_refused_all() -> None:
    service = Service(a=[ValueError("refused")])
    lanes = [Lane("abc", AtOnce(), 8), Lane("xyz", AtOnce(), 8)]

    with pytest.raises(SyncError, match="Could not upload a; 5 more"):
        list(send(lanes, upload, service.put))

    assert service.attempts == ["a"]


def test_service_says_how_long_to_wait() -> None:
    service = Service(a=[SlowDown()])
    lane = Lane("a", AtOnce(), 8)
    began = time.monotonic()

    list(send([lane], upload, service.put, pause_after=lambda error: 0.2))

    assert 0.2 <= time.monotonic() - began < 2


def test_nothing_is_done_while_all_have_to_wait() -> None:
    service = Service(a=[SlowDown()])
    looks = []

    def clock() -> float:
        looks.append(1)
        return time.monotonic()

    lanes = [Lane("0a", AtOnce(), 8)]
    list(send(lanes, upload, service.put, pause_after=lambda error: 0.3, clock=clock))

    assert service.attempts == list("0aa")
    assert len(looks) < 100


def test_upload_that_has_taken_too_long_is_not_put_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("faststatic_storages.sync.send.MAX_SECONDS", -1)
    service = Service(a=[SlowDown(), SlowDown()])

    with pytest.raises(SyncError, match="Could not upload a; 0 more"):
        list(
            send([Lane("a", AtOnce(), 8)], upload, service.put, pause_after=pause_after)
        )

    assert service.attempts == ["a"]


def test_refusals_of_one_burst_halve_the_width_once() -> None:
    refusals: dict[str, list[Exception]] = {key: [SlowDown()] for key in "abcd"}
    service = Service(**refusals)
    lane = Lane("0abcdefghijklmnopqrst", AtOnce(), 8)
    sending = send([lane], upload, service.put, pause_after=pause_after)

    attempts = [len(service.attempts) for _ in sending]

    # Sixteen are at hand when the first is back, and end together: four are refused and
    # twelve are not. Then half of the eight go at a time, and not a sixteenth of them.
    assert attempts[:14] == [1, *(12 * [17]), 17 + 4]


def test_a_success_lets_one_more_be_sent_at_a_time() -> None:
    service = Service(a=[SlowDown()])
    keys = ["0", *(chr(n) for n in range(ord("a"), ord("a") + 50))]
    at_hand = []

    for done, _ in enumerate(
        send([Lane(keys, AtOnce(), 4)], upload, service.put, pause_after=pause_after),
        start=1,
    ):
        at_hand.append(len(service.attempts) - done)

    assert min(at_hand[1:10]) <= 2
    assert max(at_hand[10:20]) >= 7


def test_service_that_takes_nothing_for_long_is_out_of_order() -> None:
    service = Service(a=[SlowDown() for _ in range(9)])
    times = iter(range(0, 1000, 8))

    with pytest.raises(SyncError, match="Could not upload a; 0 more"):
        list(
            send(
                [Lane("a", AtOnce(), 1)],
                upload,
                service.put,
                pause_after=lambda error: 0,
                clock=lambda: next(times),
            )
        )

    assert 1 <= len(service.attempts) < 5
