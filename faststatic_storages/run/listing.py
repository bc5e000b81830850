"""The bucket's index, loaded while there is something else to do."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress

from faststatic_storages.providers.base import Provider
from faststatic_storages.providers.checked import checked_listing
from faststatic_storages.run.place import is_of_the_thread
from faststatic_storages.run.progress import LISTING, Progress
from faststatic_storages.sync.content import Content
from faststatic_storages.sync.index import ObjectIndex, ObjectInfo
from faststatic_storages.sync.pool import DaemonThreadPool

# To say more often how many there are would take time.
PAGE = 1000


class Listing:
    """A listing of everything under a storage's location, page after page."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._progress = Progress()
        # A source may ask the storage that it is collected into.
        self._turn = threading.RLock()
        self._listed: ObjectIndex | None = None
        self._started: Future[ObjectIndex] | None = None

    def start(self, progress: Progress) -> None:
        """Where a service answers, list on a thread of its own from now on."""
        self._progress = progress
        provider = self._provider
        if provider.lists_in_background and not is_of_the_thread(provider.storage):
            pool = DaemonThreadPool(1)
            self._started = pool.submit(self._list)
            pool.shutdown(wait=False)

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

    def anew(self) -> Listing:
        """Return one that lists when it is asked."""
        return Listing(self._provider)

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
        return ObjectIndex(self._counted(checked_listing(self._provider)))

    def _counted(self, objects: Iterable[ObjectInfo]) -> Iterator[ObjectInfo]:
        number = 0
        for number, info in enumerate(objects, 1):
            yield info
            if number % PAGE == 0:
                self._progress.advance(LISTING, PAGE)
        self._progress.advance(LISTING, number % PAGE)
