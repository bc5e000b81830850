"""Small uploads many at a time, large ones few at a time, side by side."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing

from faststatic_storages.providers.base import Provider
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


def put_all(
    contents: Mapping[str, Content],
    prepare: Callable[[str, Content], Upload],
    provider: Provider,
    workers: int | None,
    on_pause: Callable[[str, BaseException, float], None],
) -> Iterator[ObjectInfo]:
    """
    Put all contents, by key, on threads of their own and yield what each became.

    ``prepare`` says with which headers. ``workers`` is how many at a time, ``None`` for
    as many as the provider needs. ``on_pause`` is told what the service refused for
    now, why, and in how many seconds it is sent again. Large ones take memory and time:
    they stay out of the way of the small ones. Raises ``SyncError``; no thread is left
    then, unless it is left by Ctrl-C.
    """

    def pause_after(error: BaseException) -> float | None:
        return provider.retry_after(error) if provider.is_throttled(error) else None

    least = workers or provider.default_workers
    allowed = most_workers() or sys.maxsize
    is_bound = must_stay_in_the_thread(provider)
    small: list[str] = []
    large: list[str] = []
    for key in side_by_side(contents):
        is_large = contents[key].size > provider.large_size
        (large if is_large else small).append(key)
    ahead = ReadAhead(provider.large_size)
    with ExitStack() as stack:
        lanes, pools = list[Lane](), list[DaemonThreadPool]()
        for keys, most in ((small, least), (large, min(least, provider.large_workers))):
            count = min(most, len(keys), allowed)
            # Of none, the caller's thread does the work.
            pool = stack.enter_context(DaemonThreadPool(0 if is_bound else count))
            lanes.append(Lane(keys, pool, count))
            pools.append(pool)

        def widen(needed: int) -> None:
            """Let more of the small ones go at a time, to a service that is far."""
            count = min(needed, provider.far_workers, len(small), allowed)
            if count > lanes[0].workers:
                lanes[0].workers = pools[0].max_workers = count

        put: Callable[[Upload], ObjectInfo] = provider.put
        if workers is None and not is_bound:
            put = Distance(widen).timing(put)
        sent = send(
            lanes,
            lambda key: ahead.read(prepare(key, contents[key])),
            ahead.putting(put),
            pause_after=pause_after,
            on_pause=on_pause,
        )
        yield from stack.enter_context(closing(sent))


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
