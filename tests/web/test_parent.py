"""Outside of a run the storage is its parent, and costs what that does."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from threading import enumerate as running_threads
from typing import Any

import pytest
from botocore.session import Session
from django.core.files.base import ContentFile

from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.generic_storages import LocalManifest
from tests.sites.site import MANIFEST, PLAIN, STOCK_MANIFEST, STOCK_PLAIN, Site

KINDS = pytest.mark.parametrize(
    ("ours", "theirs"),
    [(MANIFEST, STOCK_MANIFEST), (PLAIN, STOCK_PLAIN)],
    ids=["manifest", "plain"],
)
SOURCES = {"app.js": "1", "css/base.css": "b{}", "logo.png": "PNG"}


@pytest.fixture
def site(site: Site) -> Site:
    site.write(SOURCES)
    site.collect()
    return site


def written(storage: Any, mode: str) -> str:
    with storage.open(f"written-{mode}.txt", mode) as file:
        file.write("text" if mode == "w" else b"text")
    return mode


def error_of(use: Callable[[], object]) -> str:
    with pytest.raises(Exception) as failure:  # noqa: PT011
        use()
    return type(failure.value).__name__


MORE_USES: dict[str, Callable[[Any], object]] = {
    "open for bytes": lambda storage: written(storage, "wb"),
    "delete what is not there": lambda storage: storage.delete("missing.js"),
    "size of what is not there": lambda storage: error_of(
        lambda: storage.size("missing.js")
    ),
    "time of what is not there": lambda storage: error_of(
        lambda: storage.get_modified_time("missing.js")
    ),
    "open what is not there": lambda storage: error_of(
        lambda: storage.open("missing.js")
    ),
    "list the root": lambda storage: storage.listdir(""),
    "list what is not there": lambda storage: storage.listdir("missing"),
    "a name of its own": lambda storage: storage.get_available_name("app.js"),
    "exists in a directory": lambda storage: storage.exists("css"),
}


@KINDS
def test_every_use_costs_what_it_does_with_the_parent(
    site: Site, server: S3Server, ours: str, theirs: str
) -> None:
    def outcome(backend: str) -> dict[str, tuple[object, list[tuple[str, str]]]]:
        storage = site.storage(backend)
        outcome = {}
        for name, use in MORE_USES.items():
            seen = len(server.requests)
            result = use(storage)
            requests = [(one.operation, one.key) for one in server.requests[seen:]]
            outcome[name] = result, requests
        return outcome

    assert outcome(ours) == outcome(theirs)


@KINDS
def test_construction_costs_no_more_than_that_of_the_parent(
    site: Site, server: S3Server, ours: str, theirs: str
) -> None:
    def costs(backend: str) -> int:
        seen = len(server.requests)
        site.storage(backend)
        return len(server.requests) - seen

    assert costs(ours) <= min(costs(theirs), 1)


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the clients that botocore builds."""
    built = Counter[str]()
    create_client = Session.create_client

    def counting(
        session: Session, service_name: str, *args: Any, **options: Any
    ) -> Any:
        built[service_name] += 1
        return create_client(session, service_name, *args, **options)

    monkeypatch.setattr(Session, "create_client", counting)
    return built


@KINDS
def test_no_client_is_built_beside_the_parent_s(
    site: Site, built: Counter[str], ours: str, theirs: str
) -> None:
    def clients(backend: str) -> int:
        built.clear()
        storage = site.storage(backend)
        storage.url("app.js")
        storage.exists("app.js")
        storage.size("app.js")
        storage.save("web.txt", ContentFile(b"web"))
        storage.delete("web.txt")
        storage.listdir("")
        with storage.open("app.js") as file:
            file.read()
        return built.total()

    assert clients(ours) == clients(theirs)


@KINDS
def test_url_alone_builds_as_many_clients_as_the_parent_s(
    site: Site, built: Counter[str], ours: str, theirs: str
) -> None:
    def clients(backend: str) -> int:
        built.clear()
        site.storage(backend).url("app.js")
        return built.total()

    assert clients(ours) <= clients(theirs)


def everything(storage: Any) -> None:
    for name in SOURCES:
        storage.url(name)
    storage.exists("app.js")
    storage.exists("missing.js")
    storage.save("web.txt", ContentFile(b"web"))


def test_memory_does_not_grow_with_use(site: Site, server: S3Server) -> None:
    storage = site.storage()

    def objects() -> int:
        # What the server remembers is in this process, and no part of it.
        server.requests.clear()
        gc.collect()
        return len(gc.get_objects())

    def use(times: int) -> int:
        for _ in range(times):
            storage.exists("app.js")
            storage.exists("missing.js")
            storage.size("app.js")
        return objects()

    assert -use(5) + use(60) < 60


def test_url_keeps_nothing(site: Site) -> None:
    storage = site.storage()
    storage.url("app.js")
    gc.collect()
    before = len(gc.get_objects())

    for _ in range(1000):
        storage.url("app.js")

    gc.collect()
    assert len(gc.get_objects()) - before < 100


def test_no_thread_is_started(site: Site) -> None:
    before = {*running_threads()}
    storage = site.storage()

    everything(storage)

    started = {*running_threads()} - before
    # Those of the test's server, one a connection.
    assert [one for one in started if "process_request_thread" not in one.name] == []


def test_url_in_many_threads(site: Site) -> None:
    storage = site.storage()
    expected = {name: storage.url(name) for name in SOURCES}
    start = Barrier(8)

    def look_up(_: int) -> list[dict[str, str]]:
        start.wait()
        return [{name: storage.url(name) for name in SOURCES} for _ in range(50)]

    with ThreadPoolExecutor(8) as pool:
        for results in pool.map(look_up, range(8)):
            assert all(result == expected for result in results)


def test_url_in_many_threads_while_another_has_a_block_open(
    site: Site, bucket: Bucket
) -> None:
    """A deploy script in a process that serves pages meanwhile."""
    serving, deploying = site.storage(), site.storage()
    expected = serving.url("app.js")

    with deploying.staged(), ThreadPoolExecutor(4) as pool:
        deploying.save("new.txt", ContentFile(b"new"))
        urls = [*pool.map(serving.url, ["app.js"] * 40)]
        seen = [*pool.map(serving.exists, ["new.txt"] * 4)]

    assert {*urls} == {expected}
    assert seen == [False] * 4
    assert bucket.get("new.txt").body == b"new"


def test_local_storage_is_its_parent_too(site: Site, tmp_path: Any) -> None:
    root = tmp_path / "root"
    storage = LocalManifest(location=root, base_url="/static/")

    assert storage.save("a.txt", ContentFile(b"a")) == "a.txt"
    assert storage.save("a.txt", ContentFile(b"b")) != "a.txt"
    assert storage.exists("a.txt")
    assert (root / "a.txt").read_bytes() == b"a"
    storage.delete("a.txt")
    assert not storage.exists("a.txt")
