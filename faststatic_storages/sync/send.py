"""Send what was decided: a bounded number of uploads at a time."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from queue import SimpleQueue

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


# An upload that was throttled more often than this failed.
MAX_THROTTLES = 3
# A service that took nothing for so long, while it asked for fewer, is out of order.
PATIENCE_IN_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Lane:
    """Keys whose uploads at most ``workers`` threads of ``executor`` work on."""

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

    def widen(self) -> None:
        self.window = min(self.window + 1, 2 * self.lane.workers)

    def halve(self) -> None:
        self.window = max(1, min(self.window, self.lane.workers) // 2)
        self.generation += 1


class _Sending:
    """The uploads of all lanes: those that wait, those that run, those that failed."""

    def __init__(
        self,
        lanes: Sequence[Lane],
        is_throttled: Callable[[BaseException], bool],
        clock: Callable[[], float],
    ) -> None:
        self.failures: list[Failure] = []
        self.running: dict[Future[ObjectInfo], tuple[_Queue, str, int]] = {}
        self._queues = [_Queue(one, deque(one.keys), 2 * one.workers) for one in lanes]
        self._done: SimpleQueue[Future[ObjectInfo]] = SimpleQueue()
        self._is_throttled = is_throttled
        self._throttles: Counter[str] = Counter()
        self._clock = clock
        self._succeeded_at = clock()

    @property
    def untried(self) -> int:
        return sum(len(queue.waiting) for queue in self._queues)

    def start(
        self, prepare: Callable[[str], Upload], put: Callable[[Upload], ObjectInfo]
    ) -> None:
        """Start as many as may run, and after a failure none."""
        for queue in self._queues:
            while queue.waiting and queue.running < queue.window and not self.failures:
                key = queue.waiting.popleft()
                future = queue.lane.executor.submit(put, prepare(key))
                self.running[future] = queue, key, queue.generation
                queue.running += 1
                future.add_done_callback(self._done.put)

    def next_result(self) -> ObjectInfo | None:
        """Return what the next that comes to an end became, ``None`` if nothing."""
        future = self._done.get()
        queue, key, generation = self.running.pop(future)
        queue.running -= 1
        is_news = generation == queue.generation
        if future.cancelled():
            queue.waiting.append(key)
        elif (error := future.exception()) is None:
            self._succeeded_at = self._clock()
            if is_news:
                queue.widen()
            return future.result()
        elif self._is_worth_a_try(key, error):
            self._throttles[key] += 1
            queue.waiting.append(key)
            if is_news:
                # The first of its generation: the others tell nothing new.
                queue.halve()
        else:
            self.failures.append(Failure(key, error))
            self.cancel()
        return None

    def _is_worth_a_try(self, key: str, error: BaseException) -> bool:
        return (
            self._is_throttled(error)
            and self._throttles[key] < MAX_THROTTLES
            and self._clock() < self._succeeded_at + PATIENCE_IN_SECONDS
        )

    def cancel(self) -> None:
        for future in self.running:
            future.cancel()


def send(
    lanes: Sequence[Lane],
    prepare: Callable[[str], Upload],
    put: Callable[[Upload], ObjectInfo],
    *,
    is_throttled: Callable[[BaseException], bool] = lambda error: False,
    clock: Callable[[], float] = time.monotonic,
) -> Generator[ObjectInfo]:
    """
    Put an upload for every key and yield what each became, in the order of completion.

    ``prepare`` makes it, in this thread and when its turn comes; ``put`` runs in the
    executors. The lanes advance side by side. As many uploads as run wait in each
    executor. Where the service asks for fewer, their number is halved, and grows again
    by one with each that succeeds; the refused one is put again, unless nothing has
    succeeded for long. After the first failure no more are started, those that run are
    awaited, and ``SyncError`` names all that failed.
    """
    sending = _Sending(lanes, is_throttled, clock)
    try:
        sending.start(prepare, put)
        while sending.running:
            if (info := sending.next_result()) is not None:
                yield info
            sending.start(prepare, put)
    finally:
        sending.cancel()
    if sending.failures:
        raise SyncError(sending.failures, sending.untried)
