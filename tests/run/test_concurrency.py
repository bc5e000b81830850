"""Several runs in one process, beside each other or one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from tests.run.blocks import block_that_raises, current
from tests.servers.s3 import Requests, S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, POST_PROCESS_ERRORS, Site

BOTH = pytest.mark.parametrize("backend", [MANIFEST, PLAIN], ids=["manifest", "plain"])
SOURCES = {
    "css/base.css": "b { background: url(../logo.png) }",
    "logo.png": "PNG",
    "app.js": "1",
}


@pytest.fixture
def site(site: Site) -> Site:
    site.write(SOURCES)
    return site


@pytest.fixture
def other(server: S3Server) -> Bucket:
    return Bucket(server.url, "other")


def post_process(storage: Any, site: Site) -> Iterator[Any]:
    sources = FileSystemStorage(site.sources)
    results: Iterator[Any] = storage.post_process(
        {name: (sources, name) for name in SOURCES}
    )
    return results


@contextmanager
def two_aliases(site: Site, other: Bucket, backend: str = MANIFEST) -> Iterator[None]:
    settings = site.settings(backend)
    settings["STORAGES"]["other"] = site.settings(backend, bucket_name=other.name)[
        "STORAGES"
    ]["staticfiles"]
    with override_settings(**settings):
        yield


@BOTH
def test_blocks_of_two_storages_do_not_mix(
    site: Site, bucket: Bucket, other: Bucket, backend: str
) -> None:
    one, two = site.storage(backend), site.storage(backend, bucket_name=other.name)

    with one.staged():
        one.save("1.txt", ContentFile(b"1"))
        with two.staged():
            two.save("2.txt", ContentFile(b"2"))
            assert not one.exists("2.txt")
            assert not two.exists("1.txt")
        assert (bucket.keys(), other.keys()) == ([], ["2.txt"])

    assert bucket.keys() == ["1.txt"]


@BOTH
def test_command_in_the_block_of_another_alias(
    site: Site, bucket: Bucket, other: Bucket, backend: str
) -> None:
    with two_aliases(site, other, backend), block_that_raises(storages["other"]):
        storages["other"].save("2.txt", ContentFile(b"2"))
        call_command("collectstatic", "--noinput", verbosity=0)
        assert {*SOURCES} <= {*bucket.keys()}

    assert other.keys() == []


def test_post_process_of_another_alias_while_the_command_runs(
    site: Site, bucket: Bucket, other: Bucket
) -> None:
    """A project that publishes to a second bucket as well."""
    with two_aliases(site, other):
        results = post_process(current, site)
        next(results)
        assert len([*post_process(storages["other"], site)]) == len(SOURCES)
        assert bucket.keys() == []
        assert [*results]

    assert bucket.objects() == other.objects()


def at_once(*uses: Callable[[], object]) -> None:
    """Run these in a thread each, from the same moment on; raise what one raises."""
    start = Barrier(len(uses))

    def begin(use: Callable[[], object]) -> object:
        start.wait(10)
        return use()

    with ThreadPoolExecutor(len(uses)) as pool:
        for future in [pool.submit(begin, use) for use in uses]:
            future.result()


@BOTH
def test_blocks_of_two_threads_with_a_storage_each(
    site: Site, bucket: Bucket, other: Bucket, backend: str
) -> None:
    def deploy(target: Bucket, name: str) -> None:
        storage = site.storage(backend, bucket_name=target.name)
        with storage.staged():
            for number in range(20):
                storage.save(f"{name}/{number}.txt", ContentFile(name.encode()))
                assert storage.exists(f"{name}/{number}.txt")
                assert target.keys() == []

    at_once(lambda: deploy(bucket, "one"), lambda: deploy(other, "two"))

    assert bucket.keys() == sorted(f"one/{number}.txt" for number in range(20))
    assert other.keys() == sorted(f"two/{number}.txt" for number in range(20))


def test_hashing_in_two_threads_with_a_storage_each(
    site: Site, bucket: Bucket, other: Bucket
) -> None:
    site.write({f"css/{n}.css": f"b {{ background: url(../{n}.png) }}" for n in "123"})
    site.write({f"{n}.png": n for n in "123"})

    def deploy(target: Bucket) -> None:
        storage = site.storage(bucket_name=target.name)
        sources = FileSystemStorage(site.sources)
        names = [str(p.relative_to(site.sources)) for p in site.sources.rglob("*.*")]
        for _, _, processed in storage.post_process({n: (sources, n) for n in names}):
            assert processed is True

    with override_settings(**site.settings()):
        at_once(lambda: deploy(bucket), lambda: deploy(other))

    assert bucket.objects() == other.objects()
    assert len(bucket.paths()) == len(SOURCES) + 6


def test_blocks_of_two_threads_with_one_storage(site: Site, bucket: Bucket) -> None:
    storage = site.storage(PLAIN)
    meet = Barrier(2)

    def deploy(name: str) -> None:
        with storage.staged():
            storage.save(f"{name}.txt", ContentFile(name.encode()))
            meet.wait(10)
            assert storage.exists(f"{name}.txt")
            assert len([n for n in storage.listdir("")[1] if n.endswith(".txt")]) == 1
            meet.wait(10)

    at_once(lambda: deploy("one"), lambda: deploy("two"))

    assert bucket.keys() == ["one.txt", "two.txt"]


def test_commands_of_two_threads_with_one_storage(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    with override_settings(**site.settings()):
        current.exists("app.js")

        def deploy() -> None:
            call_command("collectstatic", "--noinput", verbosity=0)

        at_once(deploy, deploy)
        url = current.url("app.js")

    assert {*bucket.paths().values()} <= {*bucket.keys()}
    assert bucket.paths().keys() == SOURCES.keys()
    assert url.endswith(bucket.paths()["app.js"])


@BOTH
def test_threads_that_a_block_starts_are_in_it(
    site: Site, bucket: Bucket, backend: str
) -> None:
    storage = site.storage(backend)

    def look() -> None:
        assert storage.exists("block.txt")
        assert storage.size("block.txt") == 5
        with storage.open("block.txt") as file:
            assert file.read() == b"block"
        storage.save("thread.txt", ContentFile(b"thread"))

    with storage.staged():
        storage.save("block.txt", ContentFile(b"block"))
        with ThreadPoolExecutor(1) as pool:
            pool.submit(look).result()
        assert storage.exists("thread.txt")
        assert bucket.keys() == []

    assert bucket.keys() == ["block.txt", "thread.txt"]


@BOTH
def test_threads_after_the_block_are_not(
    site: Site, bucket: Bucket, backend: str
) -> None:
    storage = site.storage(backend)

    with ThreadPoolExecutor(1) as pool:
        with storage.staged():
            pool.submit(storage.exists, "app.js").result()
        pool.submit(storage.save, "late.txt", ContentFile(b"late")).result()
        assert bucket.keys() == ["late.txt"]


@BOTH
def test_one_call_after_the_other(
    site: Site, bucket: Bucket, server: S3Server, backend: str
) -> None:
    with override_settings(**site.settings(backend)):
        for version in ("2", "3"):
            site.write({"app.js": version})
            seen = len(server.requests)
            call_command("collectstatic", "--noinput", verbosity=0)
            assert bucket.get("app.js").body == version.encode()
        seen = len(server.requests)
        call_command("collectstatic", "--noinput", verbosity=0)

    requests = Requests(server.requests[seen:])
    assert requests.keys() == []
    assert requests.counts()["ListObjectsV2"] == 1


@BOTH
def test_run_after_a_failed_run(
    site: Site, bucket: Bucket, server: S3Server, backend: str
) -> None:
    with override_settings(**site.settings(backend)):
        call_command("collectstatic", "--noinput", verbosity=0)
        site.write({"app.js": "2"})
        server.fail("PutObject", status=403, code="AccessDenied")
        with pytest.raises(CommandError):
            call_command("collectstatic", "--noinput", verbosity=0)
        before = current.url("app.js")

        server.heal()
        call_command("collectstatic", "--noinput", verbosity=0)

        assert bucket.get("app.js").body == b"2"
        assert (current.url("app.js") != before) == (backend == MANIFEST)


def test_run_after_one_whose_hashing_failed(site: Site, bucket: Bucket) -> None:
    with override_settings(**site.settings()):
        site.write({"css/base.css": "b { background: url(missing.png) }"})
        with pytest.raises(POST_PROCESS_ERRORS):
            call_command("collectstatic", "--noinput", verbosity=0)
        assert bucket.keys() == []

        site.write(SOURCES)
        call_command("collectstatic", "--noinput", verbosity=0)

        assert current.url("app.js").endswith(bucket.paths()["app.js"])


def test_generator_that_is_dropped_publishes_nothing(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    storage = site.storage()

    with override_settings(**site.settings()):
        results = post_process(storage, site)
        next(results)
        assert storage.save("at-once.txt", ContentFile(b"!")) == "at-once.txt"
        del results

        assert bucket.keys() == ["at-once.txt"]
        assert not storage.exists("app.js")
        assert storage.hashed_files == {}

        assert len([*post_process(storage, site)]) == len(SOURCES)
    assert bucket.paths().keys() == SOURCES.keys()


def test_generator_that_is_never_begun(site: Site, bucket: Bucket) -> None:
    storage = site.storage()

    with override_settings(**site.settings()):
        post_process(storage, site)
        storage.save("at-once.txt", ContentFile(b"!"))

    assert bucket.keys() == ["at-once.txt"]


def test_generator_that_another_thread_goes_on_with(site: Site, bucket: Bucket) -> None:
    storage = site.storage()

    with override_settings(**site.settings()), ThreadPoolExecutor(1) as pool:
        results = post_process(storage, site)
        next(results)
        rest = pool.submit(lambda: [*results]).result()

    assert len(rest) == len(SOURCES) - 1
    assert bucket.paths().keys() == SOURCES.keys()


FORK = """
import faulthandler, os, sys, warnings
import django
django.setup()
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.contrib.staticfiles.storage import staticfiles_storage as storage

warnings.simplefilter("ignore", DeprecationWarning)

def command(name):
    call_command("collectstatic", "--noinput", verbosity=0)

def block(name):
    with storage.staged():
        storage.save(name, ContentFile(name.encode()))

def web(name):
    # boto3's open connections are shared by parent and child, ours or stock.
    assert storage.url("app.js").endswith(".js")

parent, child = (globals()[name] for name in sys.argv[1:])
parent("parent.txt")
# A child that hangs ends itself.
children = []
for number in range(2):
    children.append(os.fork())
    if not children[-1]:
        faulthandler.dump_traceback_later(20, exit=True)
        status = 1
        try:
            child(f"child-{number}.txt")
            status = 0
        finally:
            sys.stdout.flush()
            os._exit(status)
print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])
parent("parent-again.txt")
"""


@pytest.mark.parametrize("transport", ["auto", "sdk"])
@pytest.mark.parametrize(
    ("parent", "child"), [("block", "command"), ("command", "block"), ("block", "web")]
)
def test_children_of_a_process_that_had_a_run(
    site: Site, bucket: Bucket, parent: str, child: str, transport: str
) -> None:
    site.collect()

    said = site.output_of(FORK, parent, child, transport=transport)[-1]

    assert said == "[0, 0]"
    blocks = {"parent.txt", "parent-again.txt"} if parent == "block" else set()
    if child == "block":
        blocks |= {"child-0.txt", "child-1.txt"}
    assert {*blocks, *bucket.paths().values()} <= {*bucket.keys()}
