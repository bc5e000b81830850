"""Look through a bucket in several places at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, takewhile
from math import ceil
from typing import NamedTuple

from faststatic_storages.providers.base import Page, Provider
from faststatic_storages.providers.checked import checked_page
from faststatic_storages.run.part import Part, seen_in
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.partial_index import Stretch
from faststatic_storages.sync.pool import DaemonThreadPool
from faststatic_storages.sync.stretches import Expected, just_before, stem_of

# More threads read no faster: they wait for each other when they parse.
MAX_PARTS = 8
# How much of a page is counted on: to find a few more keys than are expected costs
# another page.
FULL = 0.98
NOTHING = Page((), is_last=True)


class Foreseen(NamedTuple):
    """
    The keys that are probably going to be asked about.

    ``is_all`` says that hardly any others are.
    """

    keys: Iterable[str]
    is_all: bool


class Found(NamedTuple):
    """
    What a search has found, by key.

    ``expected`` is what it has looked for, ``None`` where it has seen everything.
    """

    objects: dict[str, ObjectInfo]
    expected: Expected | None


class Search:
    """
    A look through a bucket of which ``pages()`` lists any part.

    A bucket of one page is read, and that is all. In a larger one the names that are
    foreseen tell where to look: the keys are divided into parts of as many of these,
    which are read side by side. ``note`` is told how many objects were read, from any
    thread.

    Its methods raise ``ProviderError``, and ``NotInOrder`` where the service turns out
    not to list like that.
    """

    def __init__(self, provider: Provider, note: Callable[[int], None]) -> None:
        self._provider = provider
        self._note = note

    def find(self, foreseen: Callable[[], Foreseen]) -> Found:
        """Look for what is foreseen, which is asked where there is more than a page."""
        first, pages = self._begin()
        if first.is_last:
            self._note(len(first.objects))
            return Found({info.key: info for info in first.objects}, None)
        keys, is_all = foreseen()
        # What is asked about the location itself is no object.
        expected = Expected(chain(keys, [self._provider.key("")]))
        found: dict[str, ObjectInfo] = {}
        parts = [
            Part(after, end, expected if is_all else None, found)
            for after, end in places(first, expected)
        ]
        self._read(parts, chain([first], pages))
        if not all(part.is_whole for part in parts):
            return Found(found, expected)
        for part in parts:
            found.update({info.key: info for info in part.others})
        return Found(found, None)

    def find_all(self, expected: Expected) -> Iterable[ObjectInfo]:
        """Return everything; what is expected tells how to divide it."""
        first, pages = self._begin()
        found: dict[str, ObjectInfo] = {}
        parts = [Part(*place, None, found) for place in places(first, expected)]
        self._read(parts, chain([first], pages))
        return found.values()

    def look_around(self, key: str) -> Stretch:
        """Return what stands from the key's stem to behind the key."""
        after = just_before(stem_of(key))
        reading, objects = seen_in(self._provider, after), list[ObjectInfo]()
        while True:
            seen = next(reading)
            objects += seen.objects
            if seen.is_last or seen.to >= key:
                return Stretch(after, None if seen.is_last else seen.to, objects)

    def _begin(self) -> tuple[Page, Iterator[Page]]:
        """Return the first page, and the iterator of the others."""
        pages = self._provider.pages()
        objects, is_last = next(pages, NOTHING)
        return Page(checked_page(self._provider, objects), is_last), pages

    def _read(self, parts: list[Part], pages: Iterator[Page]) -> None:
        """Read all parts; ``pages`` are those of the first."""
        (head, *tails), has_failed = parts, threading.Event()
        with DaemonThreadPool(len(tails)) as pool:
            reading = [pool.submit(self._read_part, part, has_failed) for part in tails]
            self._read_part(head, has_failed, pages)
            for each in reading:
                each.result()

    def _read_part(
        self,
        part: Part,
        has_failed: threading.Event,
        pages: Iterator[Page] | None = None,
    ) -> None:
        """Read to the end, or until another part has failed."""
        try:
            counts = part.read(self._provider, pages)
            for count in takewhile(lambda _: not has_failed.is_set(), counts):
                self._note(count)
        except BaseException:
            has_failed.set()
            raise


def places(first: Page, expected: Expected) -> list[tuple[str, str | None]]:
    """
    Return behind which key each part of a bucket begins, and up to which it goes.

    ``first`` is the bucket's first page, which belongs to the first part. The others
    have about as many pages each, and hardly more than if they were not divided.
    """
    last = max((info.key for info in first.objects), default="")
    behind = expected.count(last)
    foreseen = expected.count("") - behind
    found = sum(info.key in expected for info in first.objects)
    # Former releases stay, and some keys are foreseen for two reasons.
    keys_for_each = found / foreseen if foreseen else 1
    page = max(len(first.objects), 1)
    pages = ceil(behind * keys_for_each / (FULL * page))
    pages_of_a_part = max(ceil(pages / MAX_PARTS), 1)
    starts = expected.parts(last, ceil(pages / pages_of_a_part))
    borders = sorted({*map(just_before, starts)})
    return [*zip(["", *borders], [*borders, None], strict=True)]
