"""A listing that looks where the site's files are, and not at everybody's."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings
from werkzeug.wrappers import Response

from faststatic_storages.backends.s3 import S3ManifestStaticStorage, S3StaticStorage
from faststatic_storages.providers import ObjectInfo, Page, ProviderError, provider_for
from faststatic_storages.providers.s3 import S3Provider
from faststatic_storages.run import search
from faststatic_storages.run.listing import Listing
from faststatic_storages.run.progress import Progress
from faststatic_storages.run.search import Foreseen, Search
from faststatic_storages.sync.index import ObjectIndex
from faststatic_storages.sync.stretches import Expected
from tests.run.test_meanwhile import at, publish
from tests.servers import switches
from tests.servers.recorder import Switch
from tests.servers.s3 import Request, S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, Site

ENTRY = re.compile("<Contents>.*?</Contents>", re.DOTALL)
PAGE = 5
"""How many keys a page has here."""

FOREIGN = [f"media/{number:03}.jpg" for number in range(100)]
SITE = {f"{letter}/{number}.txt": str(number) for letter in "az" for number in range(4)}


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", str(PAGE))
    # Nothing of others' is known that the listing does not need.
    monkeypatch.setattr("faststatic_storages.run.part.MAX_OTHERS", 0)
    # Of so few keys, a part of one is none.
    monkeypatch.setattr(search, "FULL", 1)


Index = Callable[..., ObjectIndex]


@pytest.fixture
def index(site: Site) -> Index:
    """Return what a run that expects some keys knows of the bucket."""

    def index_of(
        expected: Iterable[str],
        *,
        is_all: bool = True,
        location: str = "",
        provider: type[S3Provider] | None = None,
    ) -> ObjectIndex:
        storage = site.storage(PLAIN, location=location)
        storage.provider_class = provider
        listing = Listing(provider_for(storage))
        listing.start(Progress(), lambda: Foreseen(expected, is_all), then=id)
        return listing.objects(())

    return index_of


def lists(server: S3Server) -> list[str | None]:
    """Return behind which key each listing began; ``None`` is the next page."""
    return [
        None if "continuation-token" in query else query.get("start-after", "")
        for query in (dict(one.query) for one in server.requests)
    ]


SIGNS = ["a", "b", ".", "-", "/", " ", "+", "%", "&", "é", "日", "😀", "\uffff"]


def random_keys(chance: random.Random, number: int) -> set[str]:
    parts = ["".join(chance.choices(SIGNS, k=3)) for _ in range(5)]
    return {"x" + "".join(chance.choices(parts, k=3)) for _ in range(number)}


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_otherwise_than_in_a_whole_listing(
    index: Index, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr("faststatic_storages.run.part.MAX_OTHERS", seed % 2 * 50)
    keys = random_keys(chance, 150)
    bucket.fill({f"s/{key}" for key in keys} | {"s/", "s/a//b", "s/x/", "t"})
    names = sorted(keys | random_keys(chance, 30))
    asked = [f"s/{name}" for name in names]
    expected = chance.sample(asked, min(len(asked), chance.choice([5, 60, 150])))

    found = index(expected, location="s")

    there = {*bucket.keys()}
    assert {key for key in expected if key in found} == there.intersection(expected)
    assert {key for key in asked if key in found} == there.intersection(asked)
    assert {*found} == there - {"s/", "t"}


def test_one_page_is_read_and_nothing_is_asked(
    index: Index, bucket: Bucket, server: S3Server
) -> None:
    bucket.fill(FOREIGN[:PAGE])

    found = index(["a.txt"])

    assert [*found] == FOREIGN[:PAGE]
    assert "b.txt" not in found
    assert lists(server) == [""]


def test_what_others_keep_in_between_is_passed_over(
    index: Index, bucket: Bucket, server: S3Server
) -> None:
    bucket.fill([*FOREIGN, *SITE])

    found = index([*SITE, "n.txt"])

    assert all(key in found for key in SITE)
    assert "n.txt" not in found
    # A page of the site's, one of others', and one of the site's.
    assert lists(server) == ["", None, "n-~"]


def test_what_others_keep_amid_what_is_expected_is_read(
    index: Index, bucket: Bucket, server: S3Server
) -> None:
    others = [f"app.d/{number}.jpg" for number in range(10, 30)]
    bucket.fill([*others, "app.css", "app.z.css"])

    found = index(["app.css"])

    assert "app.z.css" in found
    assert "app.y.css" not in found
    assert lists(server) == ["", *[None] * 4]


def test_behind_the_last_that_is_expected_nobody_looks(
    index: Index, bucket: Bucket, server: S3Server
) -> None:
    bucket.fill([*SITE, *(f"zz/{number}" for number in range(30))])

    assert all(key in index(SITE) for key in SITE)
    assert lists(server)[:3] == ["", None, None]


def test_parts_are_listed_side_by_side(
    index: Index, bucket: Bucket, server: S3Server
) -> None:
    keys = [f"{number:03}.txt" for number in range(100)]
    bucket.fill(keys)

    found = index(keys)

    begun = [after for after in lists(server) if after is not None]
    assert len(begun) == 8
    assert [key for key in keys if key in found] == keys
    # Of each part a page at most is for nothing.
    assert len(lists(server)) <= 100 / PAGE + 8


def info(key: str) -> ObjectInfo:
    return ObjectInfo(key, 0, datetime.now(UTC), None)


@pytest.mark.parametrize(
    ("there", "foreseen", "parts"),
    [
        (["txt"], ["txt"], 5),
        (["txt"], ["txt", "txt"], 5),
        (["1.txt", "2.txt"], ["txt"], 7),
    ],
    ids=["once", "for two reasons", "with a former release"],
)
def test_as_many_parts_as_there_are_pages_for(
    there: list[str], foreseen: list[str], parts: int
) -> None:
    numbers = [f"{number:03}" for number in range(100)]
    keys = [f"{number}.{end}" for number in numbers for end in there]
    first = Page([info(key) for key in keys[:10]], is_last=False)
    expected = Expected(f"{number}.{end}" for number in numbers for end in foreseen)

    assert len(search.places(first, expected)) == parts


def test_each_object_counts_once(site: Site, bucket: Bucket) -> None:
    keys = [f"{number:03}.txt" for number in range(100)]
    bucket.fill(keys)
    counts: list[int] = []

    looking = Search(provider_for(site.storage(PLAIN)), counts.append)
    looking.find(lambda: Foreseen(keys, is_all=True))

    assert sum(counts) == len(keys)


def test_few_of_others_are_known_without_a_question(
    index: Index,
    bucket: Bucket,
    server: S3Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("faststatic_storages.run.part.MAX_OTHERS", 10)
    bucket.fill([*SITE, "b.txt", "zz.txt"])

    found = index(SITE)

    assert "b.txt" in found
    assert "c.txt" not in found
    assert lists(server) == ["", None]


def test_what_was_passed_over_is_not_known(
    index: Index, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faststatic_storages.run.part.MAX_OTHERS", 10)
    bucket.fill([*FOREIGN, *SITE])

    found = index(SITE)

    assert not found.is_whole
    assert "media/050.jpg" in found


def test_question_answers_for_the_neighbours_as_well(
    index: Index, bucket: Bucket, server: S3Server
) -> None:
    bucket.fill([*FOREIGN, *SITE])
    found = index(SITE)
    server.requests.clear()

    assert "media/050.jpg" in found
    assert "media/054.jpg" in found
    assert "media/052.png" not in found
    assert lists(server) == ["media/050-~"]
    assert "zz.txt" not in found
    assert lists(server)[1:] == ["zz-~"]


def test_question_goes_on_until_the_key(
    index: Index, bucket: Bucket, server: S3Server
) -> None:
    bucket.fill([*(f"{number:02}.jpg" for number in range(20)), *FOREIGN])
    found = index(["a.txt"])
    server.requests.clear()

    keys = [f"media/000.{number:02}.jpg" for number in range(12)]
    bucket.fill(keys)

    assert keys[-1] in found
    assert lists(server) == ["media/000-~", None, None]


def test_everything_is_listed_where_it_is_needed(
    index: Index, bucket: Bucket, server: S3Server
) -> None:
    bucket.fill([*FOREIGN, *SITE])

    found = index(SITE, is_all=False)

    assert {*found} == {*FOREIGN, *SITE}
    assert len(lists(server)) == 22


def test_everything_is_listed_when_it_is_wanted_after_all(
    index: Index, bucket: Bucket, server: S3Server
) -> None:
    bucket.fill([*FOREIGN, *SITE])
    found = index(SITE)
    server.requests.clear()

    assert {*found} == {*found} == {*FOREIGN, *SITE}
    assert len(lists(server)) == 22


def out_of_order(text: str) -> str:
    """List each page backwards."""
    entries = ENTRY.findall(text)
    return ENTRY.sub(lambda match: entries.pop(), text)


def from_the_start() -> Switch:
    """Do not understand ``start-after``."""
    first: list[Response] = []

    def switch(request: Request, answer: Callable[[], Response]) -> Response:
        response = answer()
        if not is_started(request):
            first.append(response)
        return first[0] if is_started(request) and first else response

    return switch


def is_started(request: Request) -> bool:
    return "start-after" in request.target


SERVICES: dict[str, Callable[[], Switch]] = {
    "lists in no order": lambda: switches.listing(out_of_order),
    "begins at the start": from_the_start,
    "refuses": partial(switches.refusing, is_started, 501, "NotImplemented"),
    "does not understand": partial(switches.refusing, is_started, 400, "Invalid"),
}


@pytest.mark.parametrize("service", SERVICES)
def test_service_that_cannot_begin_anywhere_is_listed_as_a_whole(
    index: Index, bucket: Bucket, server: S3Server, service: str
) -> None:
    bucket.fill([*FOREIGN, *SITE])

    with server.imitating(SERVICES[service]()):
        found = index(SITE)

    server.requests.clear()
    assert {*found} == {*FOREIGN, *SITE}
    assert "b.txt" not in found
    assert lists(server) == []


@pytest.mark.parametrize("service", ["refuses", "begins at the start"])
@pytest.mark.parametrize("wanted", ["one", "all"])
def test_service_that_cannot_begin_anywhere_any_more(
    index: Index, bucket: Bucket, server: S3Server, service: str, wanted: str
) -> None:
    keys = [f"{number:03}.txt" for number in range(100)]
    bucket.fill([*FOREIGN, *keys])
    found = index(keys)

    with server.imitating(SERVICES[service]()):
        assert wanted == "all" or "media/051.jpg" in found
        assert {*found} == {*FOREIGN, *keys}


@pytest.mark.parametrize("is_all", [True, False])
def test_error_in_one_part_is_that_of_the_listing(
    index: Index, bucket: Bucket, server: S3Server, *, is_all: bool
) -> None:
    keys = [f"{number:03}.txt" for number in range(100)]
    bucket.fill(keys)
    denied = switches.refusing(
        lambda request: "start-after=04" in request.target, 403, "AccessDenied"
    )

    with server.imitating(denied), pytest.raises(ProviderError, match="s3:ListBucket"):
        index(keys, is_all=is_all)


def test_error_of_a_question_is_told_to_the_command(
    index: Index, bucket: Bucket, server: S3Server
) -> None:
    bucket.fill([*FOREIGN, *SITE])
    found = index(SITE)

    server.fail("ListObjectsV2", status=403, code="AccessDenied")
    with pytest.raises(CommandError, match="s3:ListBucket"):
        found.get("b.txt")
    with pytest.raises(CommandError, match="s3:ListBucket"):
        list(found)

    server.heal()
    assert {*found} == {*FOREIGN, *SITE}


class DirectoryBucket(S3Provider):
    @property
    def lists_in_order(self) -> bool:
        self._bucket += "--x-s3"
        try:
            return super().lists_in_order
        finally:
            self._bucket = self._bucket.removesuffix("--x-s3")


class Own(S3Provider):
    """Lists in its own way."""

    def list(self) -> Iterator[ObjectInfo]:
        yield from (info for info in super().list() if info.key != "a/0.txt")


class Endless(S3Provider):
    """Does not know which page is the last."""

    def pages(self, after: str = "") -> Iterator[Page]:
        for page in super().pages(after):
            yield page._replace(is_last=False)


class OfAThread(S3StaticStorage):
    """A storage of which each thread has another location."""

    place = threading.local()

    @property
    def location(self) -> str:
        return getattr(self.place, "name", "elsewhere")

    @location.setter
    def location(self, location: str) -> None:
        self.place.name = location


@pytest.mark.parametrize(
    ("provider", "left_out"),
    [(DirectoryBucket, set()), (Own, {"a/0.txt"})],
    ids=["directory bucket", "own list"],
)
def test_provider_that_has_its_own_way_is_left_to_it(
    index: Index,
    bucket: Bucket,
    server: S3Server,
    provider: type[S3Provider],
    left_out: set[str],
) -> None:
    bucket.fill([*FOREIGN, *SITE])

    found = index(SITE, provider=provider)

    assert {*found} == {*FOREIGN, *SITE} - left_out
    assert {*lists(server)} == {"", None}


def test_pages_may_end_without_a_word(index: Index, bucket: Bucket) -> None:
    bucket.fill([*FOREIGN, *SITE])

    found = index(SITE, provider=Endless)

    assert all(key in found for key in SITE)
    assert "zz.txt" not in found


def test_location_of_the_thread_is_listed_in_it(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    bucket.fill([*(f"here/{key}" for key in FOREIGN), "elsewhere/a.txt"])
    storage = site.storage(f"{__name__}.OfAThread", location="here")

    listing = Listing(provider_for(storage))
    listing.start(Progress(), lambda: Foreseen(["here/a.txt"], is_all=True), then=id)

    assert {*listing.objects(())} == {f"here/{key}" for key in FOREIGN}
    assert {*lists(server)} == {"", None}


# Through the command.


def test_run_in_a_bucket_of_others_costs_hardly_more(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    site.write(SITE)
    bucket.fill(FOREIGN)
    first = site.collect()

    again = site.collect()

    assert {*FOREIGN} < {*bucket.keys()}
    assert len(bucket.paths()) == len(SITE)
    assert set(first.requests.counts()) == {"GetObject", "ListObjectsV2", "PutObject"}
    # Of 24; the 17 objects that are the site's take four or, in two parts, five.
    assert again.requests.counts() == {"GetObject": 1, "ListObjectsV2": 6}


def test_finder_of_a_project_s_own_may_find_anything(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    site.write(SITE)
    bucket.fill(FOREIGN)

    with override_settings(STATICFILES_FINDERS=[f"{__name__}.Finder"]):
        run = site.collect(backend=PLAIN)

    assert run.sent.startswith("8 objects: 8 uploaded")
    assert run.requests.counts()["ListObjectsV2"] == 20


class Finder(FileSystemFinder):
    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        yield from super().list(ignore_patterns)


def test_clear_lists_everything_at_once(site: Site, bucket: Bucket) -> None:
    site.write(SITE)
    site.collect()
    bucket.fill(FOREIGN)

    run = site.collect("--clear")

    assert not {*FOREIGN}.intersection(bucket.keys())
    # Of 8 files, their hashed copies, the manifest and the others; a part has one more.
    assert run.requests.counts()["ListObjectsV2"] == 25


def test_clear_that_joins_sees_everything(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    site.write(SITE)
    site.collect()
    bucket.fill(FOREIGN)
    with override_settings(**site.settings()):
        storage: Any = storages["staticfiles"]
        with storage.staged():
            assert storage.exists("a/0.txt")
            call_command("collectstatic", "--clear", "--noinput", verbosity=0)

    assert not {*FOREIGN}.intersection(bucket.keys())
    assert len(bucket.paths()) == len(SITE)


def test_directory_has_what_others_keep_in_it(site: Site, bucket: Bucket) -> None:
    site.write(SITE)
    site.collect()
    bucket.fill(FOREIGN)
    storage: Any = site.storage()

    with storage.staged():
        assert storage.exists("media/050.jpg")
        assert storage.listdir("media") == ([], [key[6:] for key in FOREIGN])
        storage.delete("media/050.jpg")

    assert {*FOREIGN} - {*bucket.keys()} == {"media/050.jpg"}


def test_ledger_keeps_what_nobody_looked_at(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    site.write(SITE)
    site.collect(ledger=True)
    bucket.fill(FOREIGN)
    site.write({"b.txt": "new"})
    site.collect(ledger=True)

    run = site.collect(ledger=True)

    assert set(run.requests.counts()) == {"GetObject", "ListObjectsV2"}
    assert "headers" not in run.stdout


class Vouching(S3ManifestStaticStorage):
    """Has a name in its manifest that somebody else keeps."""

    def post_process(self, *args: Any, **options: Any) -> Iterator[Any]:
        yield from super().post_process(*args, **options)
        self.hashed_files["photo.jpg"] = "media/050.jpg"
        self.save_manifest()


@pytest.mark.parametrize("backend", [MANIFEST, f"{__name__}.Vouching"])
def test_what_another_deploy_has_deleted_meanwhile_is_noticed(
    site: Site, bucket: Bucket, server: S3Server, tmp_path: Path, backend: str
) -> None:
    (tmp_path / "beside").mkdir()
    beside = Site(tmp_path / "beside", server, bucket.name)
    site.write(SITE)
    site.collect()
    bucket.fill(FOREIGN)
    site.write({"app.js": "1"})

    def deploy() -> None:
        publish(beside, {"z/0.txt": "other"})
        for key in (bucket.paths()["z/0.txt"], "a/1.txt", "media/050.jpg"):
            bucket.client.delete_object(Bucket=bucket.name, Key=key)
        publish(beside, {"z/0.txt": "another"})

    at(server, "PutObject", "app.js", 1, deploy)
    if backend == MANIFEST:
        run = site.collect(backend=backend)
        assert "this one replaces it: 1 of the objects" in run.stdout
        assert {"a/1.txt", *bucket.paths().values()} <= {*bucket.keys()}
    else:
        with pytest.raises(CommandError, match=r"1 of .* such as media/050\.jpg"):
            site.collect(backend=backend)
