"""Send what was decided: a bounded number of uploads at a time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from faststatic_storages.sync.ended import Ended
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.upload import Upload


@dataclass(frozen=True, slots=True)
class Failure:
    """The key of an upload that failed, and why."""

    key: str
    error: BaseException


class SyncError(Exception):
    """
    Uploads failed. The pool stopped at the first failure.

    ``failures`` has one entry for each failed upload, ``untried`` counts those that
    were not started.
    """

    def __init__(self, failures: Sequence[Failure], untried: int) -> None:
        self.failures = failures
        self.untried = untried
        keys = ", ".join(failure.key for failure in failures)
        super().__init__(f"Could not upload {keys}; {untried} more were not tried.")


# An upload that was throttled more often than this failed, and so did one that still is
# that many seconds after it was begun.
MAX_THROTTLES = 4
MAX_SECONDS = 30
# A service that took nothing for so many seconds, while it asked for fewer, is out of
# order.
PATIENCE = 20
# In seconds, before the first repetition; twice as long before each that follows.
BACKOFF = 0.5
# What ended is told after so many seconds, however little it is.
PATIENCE_FOR_MORE = 0.1


@dataclass(slots=True)
class Lane:
    """
    Keys whose uploads at most ``workers`` threads of ``executor`` work on.

    They may become more.
    """

    keys: Sequence[str]
    executor: Executor
    workers: int


@dataclass(slots=True)
class _Queue:
    """
    A lane in progress; its executor has at most ``window`` uploads.

    ``generation`` counts how often the window became smaller.
    """

    lane: Lane
    waiting: deque[str]
    window: int
    running: int = 0
    generation: int = 0

    @property
    def enough(self) -> int:
        """How many may end before the executor runs short of others."""
        return max(1, (self.running - self.lane.workers) // 2)

    def widen(self) -> None:
        self.window = min(self.window + 1, 2 * self.lane.workers)

    def halve(self) -> None:
        self.window = max(1, min(self.window, self.lane.workers) // 2)
        self.generation += 1


@dataclass(frozen=True, slots=True)
class _Try:
    """An upload that was started in that generation of its queue."""

    queue: _Queue
    key: str
    generation: int
    begun: float

    @property
    def tells_something_new(self) -> bool:
        return self.generation == self.queue.generation


def send(
    lanes: Sequence[Lane],
    prepare: Callable[[str], Upload],
    put: Callable[[Upload], ObjectInfo],
    *,
    pause_after: Callable[[BaseException], float | None] = lambda error: None,
    on_pause: Callable[[str, BaseException, float], None] = lambda *_: None,
    clock: Callable[[], float] = time.monotonic,
) -> Generator[ObjectInfo]:
    """
    Put an upload for every key and yield what each became, in the order of completion.

    ``prepare`` makes it, in this thread and when its turn comes; ``put`` runs in the
    executors. The lanes advance side by side. As many uploads as run wait in each
    executor. But the first of the first lane goes alone: what refuses it would refuse
    all.

    ``pause_after`` tells for how many seconds the service asks with that error, and
    ``None`` if it is another one. Then the refused upload is put again, later, and
    fewer run at a time: their number is halved, and grows again by one with each that
    succeeds. ``on_pause`` is told its key, the error, and the seconds until then.

    After the first failure, or when nothing has succeeded for long, no more are
    started, those that run are awaited, and ``SyncError`` names all that failed.
    ``clock`` is in seconds.
    """

    def submit(lane: Lane, key: str) -> Future[ObjectInfo]:
        return lane.executor.submit(put, prepare(key))

    return _Sending(lanes, submit, pause_after, on_pause, clock).results()


class _Sending:
    """What waits, what runs, and what waits for its time."""

    def __init__(
        self,
        lanes: Sequence[Lane],
        submit: Callable[[Lane, str], Future[ObjectInfo]],
        pause_after: Callable[[BaseException], float | None],
        on_pause: Callable[[str, BaseException, float], None],
        clock: Callable[[], float],
    ) -> None:
        self._queues = [
            _Queue(lane, deque(lane.keys), 2 * lane.workers) for lane in lanes
        ]
        self._submit = submit
        self._pause_after = pause_after
        self._on_pause = on_pause
        self._clock = clock
        self._succeeded_at = clock()
        self._is_accepted = not lanes[0].keys
        self._running: dict[Future[ObjectInfo], _Try] = {}
        self._ended: Ended[ObjectInfo] = Ended()
        self._later: list[tuple[float, _Try]] = []
        self._throttles: dict[str, tuple[int, float]] = {}
        self._failures: list[Failure] = []

    def results(self) -> Generator[ObjectInfo]:
        try:
            while True:
                self._start()
                if not self._running and (self._failures or not self._later):
                    break
                for future in self._next_ended():
                    if (info := self._end(future)) is not None:
                        yield info
        finally:
            for future in self._running:
                future.cancel()
        if self._failures:
            untried = sum(len(queue.waiting) for queue in self._queues)
            raise SyncError(self._failures, untried=untried + len(self._later))

    def _start(self) -> None:
        """Start what may run now."""
        if self._failures:
            return
        now = self._clock()
        if self._later:
            for due, one in self._later:
                if due <= now:
                    one.queue.waiting.append(one.key)
            self._later = [later for later in self._later if later[0] > now]
        for queue in self._queues:
            while queue.waiting and queue.running < queue.window:
                if self._running and not self._is_accepted:
                    return
                key = queue.waiting.popleft()
                future = self._submit(queue.lane, key)
                self._running[future] = _Try(queue, key, queue.generation, now)
                queue.running += 1
                future.add_done_callback(self._ended.add)

    def _next_ended(self) -> list[Future[ObjectInfo]]:
        """Return the next that ended, none when it is time for another."""
        enough = min(
            (queue.enough for queue in self._queues if queue.waiting),
            default=max(1, len(self._running)),
        )
        seconds = PATIENCE_FOR_MORE
        if self._later and not self._failures:
            due = min(due for due, _ in self._later)
            seconds = min(seconds, max(0, due - self._clock()))
        return self._ended.take(enough if self._is_accepted else 1, seconds)

    def _end(self, future: Future[ObjectInfo]) -> ObjectInfo | None:
        one = self._running.pop(future)
        one.queue.running -= 1
        if future.cancelled():
            one.queue.waiting.append(one.key)
        elif (error := future.exception()) is None:
            self._is_accepted = True
            self._succeeded_at = self._clock()
            if one.tells_something_new:
                one.queue.widen()
            return future.result()
        elif (pause := self._pause(one, error)) is not None:
            self._later.append((self._clock() + pause, one))
            if one.tells_something_new:
                one.queue.halve()
        else:
            self._failures.append(Failure(one.key, error))
            for other in self._running:
                other.cancel()
        return None

    def _pause(self, one: _Try, error: BaseException) -> float | None:
        """Return after how many seconds it is put again, ``None`` if it failed."""
        told = self._pause_after(error)
        times, begun = self._throttles.get(one.key, (0, one.begun))
        now = self._clock()
        is_late = now - begun > MAX_SECONDS or now - self._succeeded_at > PATIENCE
        if told is None or times == MAX_THROTTLES or is_late:
            return None
        self._throttles[one.key] = times + 1, begun
        seconds = min(max(told, BACKOFF * (1 << times)), MAX_SECONDS)
        self._on_pause(one.key, error, seconds)
        return seconds
