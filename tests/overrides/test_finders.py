"""A project's own finders: each is asked as the stock command asks it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.contrib.staticfiles.finders import BaseFinder, FileSystemFinder
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import File
from django.core.files.storage import Storage
from django.test import override_settings

from tests.overrides.pair import CHANGED, KIND, SOURCES, Pair
from tests.sites.site import MANIFEST, PLAIN, STOCK_MANIFEST, STOCK_PLAIN, Run

STOCK = {"manifest": STOCK_MANIFEST, "plain": STOCK_PLAIN}
OURS = {"manifest": MANIFEST, "plain": PLAIN}


class Asking(FileSystemFinder):
    """Ask the storage that is collected into whether a file is there already."""

    seen: list[tuple[str, bool]]

    def list(self, ignore_patterns: Any) -> Iterator[Any]:
        for path, storage in super().list(ignore_patterns):
            self.seen.append((path, staticfiles_storage.exists(path)))
            yield path, storage


class Listing(FileSystemFinder):
    """Ask it for all that is there, first of all."""

    seen: list[tuple[str, bool]]

    def list(self, ignore_patterns: Any) -> Iterator[Any]:
        _, files = staticfiles_storage.listdir("")
        self.seen.append((str(sorted(files)), True))
        yield from super().list(ignore_patterns)


class Counting(FileSystemFinder):
    calls = 0

    def list(self, ignore_patterns: Any) -> Any:
        type(self).calls += 1
        return super().list(ignore_patterns)


class Once(FileSystemFinder):
    """Have something to give at the first time only, as queues do."""

    given = False

    def list(self, ignore_patterns: Any) -> Iterator[Any]:
        assert not self.given
        self.given = True
        yield from super().list(ignore_patterns)


class Building(FileSystemFinder):
    """Build when asked: each time there is another release."""

    release = 0

    def list(self, ignore_patterns: Any) -> Iterator[Any]:
        type(self).release += 1
        yield f"release-{self.release}.txt", Generated()
        yield from super().list(ignore_patterns)


class Twice(FileSystemFinder):
    def list(self, ignore_patterns: Any) -> Iterator[Any]:
        yield from super().list(ignore_patterns)
        yield from super().list(ignore_patterns)


class Generated(Storage):
    """Files that somebody makes up; Storage raises for all that is left out."""

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        text = "b { background: url(logo.png) }" if name.endswith(".css") else name
        return File(BytesIO(text.encode()), name)

    def path(self, name: str) -> str:
        # The command tells it to the user, and opens nothing there.
        return f"generated:{name}"


class Generating(BaseFinder):
    def list(self, ignore_patterns: Any) -> Iterator[Any]:
        for name in ("made/up.css", "made/logo.png", "made/up.txt"):
            yield name, Generated()


def collect(pair: Pair, kind: str, finder: Any, *flags: str, stock: bool) -> Run:
    pair.site.date(seconds_from_now=60)
    finders = [f"{__name__}.{finder.__name__}"]
    backend = (STOCK if stock else OURS)[kind]
    bucket = pair.stock if stock else pair.bucket
    with override_settings(STATICFILES_FINDERS=finders):
        return pair.site.collect(
            *flags, backend=backend, bucket_name=bucket.name, location="static"
        )


@KIND
@pytest.mark.parametrize("finder", [Generating, Once, Twice])
def test_files_of_a_finder_are_collected(pair: Pair, kind: str, finder: Any) -> None:
    stock = collect(pair, kind, finder, stock=True)
    ours = collect(pair, kind, finder, stock=False)
    assert ours.summary == stock.summary
    assert pair.bucket.objects() == pair.stock.objects()

    pair.site.write(CHANGED)
    collect(pair, kind, finder, stock=True)
    collect(pair, kind, finder, stock=False)
    assert pair.bucket.objects() == pair.stock.objects()


@KIND
@pytest.mark.parametrize("finder", [Asking, Listing])
def test_finder_may_ask_the_collected_storage(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, kind: str, finder: Any
) -> None:
    seen: dict[bool, list[tuple[str, bool]]] = {True: [], False: []}
    for changes in ({}, CHANGED):
        pair.site.write(changes)
        for stock in (True, False):
            monkeypatch.setattr(finder, "seen", seen[stock], raising=False)
            collect(pair, kind, finder, stock=stock)

        assert pair.bucket.objects() == pair.stock.objects()

    assert seen[False] == seen[True]


@KIND
@pytest.mark.parametrize("finder", [Asking, Listing])
def test_finder_may_ask_while_the_storage_is_cleared(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, kind: str, finder: Any
) -> None:
    monkeypatch.setattr(finder, "seen", [], raising=False)
    for changes in ({}, CHANGED):
        pair.site.write(changes)
        collect(pair, kind, finder, "--clear", stock=False)

    assert finder.seen
    assert {*pair.bucket.keys()} >= {f"static/{name}" for name in SOURCES}


@KIND
@pytest.mark.parametrize(
    "flags",
    [(), ("--clear",), ("--dry-run",), ("--no-post-process",)],
    ids=lambda flags: "".join(flags),
)
def test_finder_is_asked_as_often_as_by_stock(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, kind: str, flags: tuple[str, ...]
) -> None:
    counts: dict[bool, list[int]] = {True: [], False: []}
    for changes in ({}, CHANGED, {}):
        pair.site.write(changes)
        for stock in (True, False):
            monkeypatch.setattr(Counting, "calls", 0)
            collect(pair, kind, Counting, *flags, stock=stock)
            counts[stock].append(Counting.calls)

    assert counts[False] == counts[True]


@KIND
def test_finder_that_builds_is_asked_for_one_release(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    for stock in (True, False):
        monkeypatch.setattr(Building, "release", 0)
        collect(pair, kind, Building, stock=stock)

    assert pair.bucket.objects() == pair.stock.objects()
