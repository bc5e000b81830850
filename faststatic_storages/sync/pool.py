"""A thread pool that an impatient Ctrl-C can leave."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class DaemonThreadPool(Executor):
    """
    An executor of daemon threads.

    The interpreter joins the threads of ``ThreadPoolExecutor`` before it exits, so an
    interrupted process would wait for each request that hangs, retries included. These
    are joined only when the pool is left without a ``BaseException`` such as
    ``KeyboardInterrupt``.

    Where fewer threads can be started than ``max_workers``, which may grow, these do
    all the work, and where none can, whoever submits does it himself.
    """

    def __init__(self, max_workers: int) -> None:
        self.max_workers = max_workers
        self._tasks: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def submit(
        self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        future: Future[T] = Future()
        work = partial(fn, *args, **kwargs)
        if len(self._threads) < self.max_workers:
            self._add_thread()
        if self._threads:
            self._tasks.put(partial(_run, future, work, BaseException))
        else:
            # Ctrl-C is the caller's.
            _run(future, work, Exception)
        return future

    def _add_thread(self) -> None:
        thread = threading.Thread(
            target=self._work, name=f"upload-{len(self._threads)}", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:
            # The machine has no more of them, or no memory for their stacks.
            self.max_workers = len(self._threads)
        else:
            self._threads.append(thread)

    def _work(self) -> None:
        while task := self._tasks.get():
            task()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        for _ in self._threads:
            self._tasks.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        self.shutdown(wait=exc_type is None or issubclass(exc_type, Exception))


def _run(future: Future[T], work: Callable[[], T], caught: type[BaseException]) -> None:
    if future.set_running_or_notify_cancel():
        try:
            result = work()
        except caught as error:
            future.set_exception(error)
        else:
            future.set_result(result)
