"""Small uploads many at a time, large ones few at a time, side by side."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass

from faststatic_storages.providers.base import Provider
from faststatic_storages.run.account import Account
from faststatic_storages.run.ahead import ReadAhead
from faststatic_storages.run.place import must_stay_in_the_thread
from faststatic_storages.sync.content import Content
from faststatic_storages.sync.distance import Distance
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.pool import DaemonThreadPool
from faststatic_storages.sync.send import Lane, send
from faststatic_storages.sync.upload import Upload

# What a process has open besides: its own streams, libraries, a pool of connections.
OTHER_DESCRIPTORS = 32


@dataclass(frozen=True, slots=True)
class Crew:
    """The threads that work on a lane."""

    lane: Lane
    pool: DaemonThreadPool

    @property
    def size(self) -> int:
        return self.lane.workers

    def grow(self, size: int) -> None:
        self.lane.workers = self.pool.max_workers = size


def put_all(
    contents: Mapping[str, Content],
    prepare: Callable[[str, Content], Upload],
    provider: Provider,
    workers: int | None,
    account: Account,
) -> Iterator[ObjectInfo]:
    """
    Put all contents, by key, on threads of their own and yield what each became.

    ``prepare`` says with which headers. ``workers`` is how many at a time, ``None`` for
    as many as the provider needs. Large ones take memory and time: they stay out of the
    way of the small ones. Raises ``SyncError``; no thread is left then, unless it is
    left by Ctrl-C.
    """

    def pause_after(error: BaseException) -> float | None:
        return provider.retry_after(error) if provider.is_throttled(error) else None

    is_bound = must_stay_in_the_thread(provider)
    allowed = most_workers() or sys.maxsize
    ahead, distance = ReadAhead(provider.large_size), Distance()
    with ExitStack() as stack:

        def crew(keys: list[str], most: int) -> Crew:
            size = min(most, len(keys), allowed)
            # Of none, the caller's thread does the work.
            pool = stack.enter_context(DaemonThreadPool(0 if is_bound else size))
            return Crew(Lane(keys, pool, size), pool)

        small, large = by_size(contents, provider.large_size)
        most = workers or provider.default_workers
        of_small = crew(small, most)
        of_large = crew(large, min(most, provider.large_workers))
        is_settled = workers is not None or is_bound
        put = provider.put if is_settled else distance.timing(provider.put)
        account.note_workers(1 if is_bound else of_small.size + of_large.size)
        sent = send(
            [of_small.lane, of_large.lane],
            lambda key: ahead.read(prepare(key, contents[key])),
            ahead.putting(put),
            pause_after=pause_after,
            on_pause=account.note_pause,
        )
        for info in stack.enter_context(closing(sent)):
            if not is_settled and distance.workers:
                is_settled = True
                needed = min(distance.workers, provider.far_workers)
                of_small.grow(max(of_small.size, min(needed, len(small), allowed)))
                account.note_workers(of_small.size + of_large.size)
            yield info


def by_size(
    contents: Mapping[str, Content], large_size: int
) -> tuple[list[str], list[str]]:
    """Return the keys of small contents, and those of large ones."""
    small: list[str] = []
    large: list[str] = []
    for key in side_by_side(contents):
        (large if contents[key].size > large_size else small).append(key)
    return small, large


def side_by_side(contents: Mapping[str, Content]) -> list[str]:
    """Return the keys in their order, but those of the same content together."""
    places: dict[int, int] = {}
    for place, content in enumerate(contents.values()):
        places.setdefault(id(content), place)
    return sorted(contents, key=lambda key: places[id(contents[key])])


def most_workers() -> int | None:
    """
    Return how many workers can have a file and a connection open each.

    ``None`` where the system sets no limit, as Windows does.
    """
    limit: int = getattr(os, "sysconf", lambda name: -1)("SC_OPEN_MAX")
    return max(1, (limit - OTHER_DESCRIPTORS) // 2) if limit >= 0 else None
