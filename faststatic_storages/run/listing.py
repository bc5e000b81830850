"""The bucket's index, loaded while there is something else to do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import TypeVar

from faststatic_storages.providers.base import NotInOrder, Provider
from faststatic_storages.providers.checked import checked_listing, searches
from faststatic_storages.run.errors import reported_to_the_command
from faststatic_storages.run.place import is_of_the_thread
from faststatic_storages.run.progress import LISTING, Progress
from faststatic_storages.run.search import Foreseen, Found, Search
from faststatic_storages.run.sieve import sifted
from faststatic_storages.sync.content import Content
from faststatic_storages.sync.index import ObjectIndex, ObjectInfo
from faststatic_storages.sync.partial_index import PartialIndex, Stretch
from faststatic_storages.sync.pool import DaemonThreadPool
from faststatic_storages.sync.stretches import Expected

T = TypeVar("T")

# To say more often how many there are would take time.
PAGE = 1000


class Listing:
    """
    A listing of what is under a storage's location and may be asked about.

    ``foreseen`` tells what that is. Where the service, or the storage, does not let one
    look for it, everything is listed, page after page, and little else is kept.
    """

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._progress = Progress()
        self._foreseen: Callable[[], Foreseen] = lambda: Foreseen((), is_all=False)
        # A source may ask the storage that it is collected into.
        self._turn = threading.RLock()
        self._listed: ObjectIndex | None = None
        self._started: Future[ObjectIndex] | None = None
        self._searches = False

    def start(
        self,
        progress: Progress,
        foreseen: Callable[[], Foreseen],
        then: Callable[[ObjectIndex], T],
    ) -> Future[T] | None:
        """
        Where a service answers, list on a thread of its own from now on.

        What that thread does ``then``, it returns.
        """
        self._progress, self._foreseen = progress, foreseen
        provider = self._provider
        if not provider.lists_in_background or is_of_the_thread(provider.storage):
            return None
        self._searches = searches(provider)
        pool = DaemonThreadPool(1)
        started = self._started = pool.submit(self._list)
        done = pool.submit(lambda: then(started.result()))
        pool.shutdown(wait=False)
        return done

    def objects(self, meanwhile: Iterable[Content]) -> ObjectIndex:
        """
        Return what was listed; until then, digest what will be compared with it.

        Raises ``ProviderError``.
        """
        with self._turn:
            if self._listed is None:
                with self._progress.during(LISTING):
                    self._listed = self._wait(meanwhile)
            return self._listed

    def anew(self, foreseen: Callable[[], Foreseen]) -> Listing:
        """Return one that lists when it is asked."""
        listing = Listing(self._provider)
        listing._foreseen, listing._searches = foreseen, self._searches
        return listing

    def _wait(self, meanwhile: Iterable[Content]) -> ObjectIndex:
        if self._started is None:
            return self._list()
        for content in meanwhile:
            if self._started.done():
                break
            # What is wrong with a file is told when its turn comes.
            with suppress(Exception):
                content.md5  # noqa: B018
        return self._started.result()

    def _list(self) -> ObjectIndex:
        if self._searches:
            search = Search(self._provider, partial(self._progress.advance, LISTING))
            with suppress(NotInOrder):
                return index_of(
                    search.find(self._foreseen),
                    partial(self._look_around, search),
                    partial(self._search_all, search),
                )
            self._searches = False
        found = sifted(self._everything(), self._foreseen, self._provider.key(""))
        return index_of(found, lambda key: None, lambda expected: self._list_all())

    def _look_around(self, search: Search, key: str) -> Stretch | None:
        with reported_to_the_command(), suppress(NotInOrder):
            return search.look_around(key)
        return None

    def _search_all(self, search: Search, expected: Expected) -> Iterable[ObjectInfo]:
        during = self._progress.during(LISTING)
        with reported_to_the_command(), during, suppress(NotInOrder):
            return search.find_all(expected)
        return self._list_all()

    def _list_all(self) -> Iterable[ObjectInfo]:
        with reported_to_the_command(), self._progress.during(LISTING):
            return [*self._everything()]

    def _everything(self) -> Iterator[ObjectInfo]:
        objects = checked_listing(self._provider)
        while page := [*islice(objects, PAGE)]:
            yield from page
            self._progress.advance(LISTING, len(page))


def index_of(
    found: Found,
    look_around: Callable[[str], Stretch | None],
    list_all: Callable[[Expected], Iterable[ObjectInfo]],
) -> ObjectIndex:
    """Return an index that looks for what was not found, if there may be more."""
    by_key, expected = found
    if expected is None:
        return ObjectIndex((), by_key)
    return PartialIndex(
        by_key, expected, look_around=look_around, list_all=partial(list_all, expected)
    )
