"""Nothing of a run outlives the command, however that ends."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.management.commands.collectstatic import Command
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.test import override_settings

from faststatic_storages.run import Run
from faststatic_storages.run.files import Files
from faststatic_storages.run.sources import Sources
from faststatic_storages.sync.index import ObjectIndex
from tests.run.blocks import block_that_raises, current
from tests.servers.s3 import Requests, S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, POST_PROCESS_ERRORS, Site

BOTH = pytest.mark.parametrize("backend", [MANIFEST, PLAIN], ids=["manifest", "plain"])
FLAGS = pytest.mark.parametrize(
    "flags", [(), ("--dry-run",), ("--clear",), ("--no-post-process",)], ids=str
)
KINDS = (Run, Files, Sources, ObjectIndex)
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
def left() -> Callable[[], list[str]]:
    """Say of which kinds there are more objects than before the test."""
    gc.collect()
    before = {id(one) for one in gc.get_objects() if type(one) in KINDS}

    def left() -> list[str]:
        # What a command leaves is let go of once it is gone itself.
        gc.collect()
        gc.collect()
        return [
            type(one).__name__
            for one in gc.get_objects()
            if type(one) in KINDS and id(one) not in before
        ]

    return left


def collect(*flags: str) -> weakref.ref[Command]:
    """Run the command; return it, as far as it is still there."""
    command = Command()
    call_command(command, "--noinput", *flags, verbosity=0)
    return weakref.ref(command)


def fails() -> weakref.ref[Command]:
    command = Command()
    with pytest.raises(POST_PROCESS_ERRORS):
        call_command(command, "--noinput", verbosity=0)
    return weakref.ref(command)


def our_threads() -> list[str]:
    """Name the threads that are not the test's own nor its server's."""
    return [
        thread.name
        for thread in threading.enumerate()
        if "process_request_thread" not in thread.name
        and thread.name not in ("MainThread", "server")
        and not thread.name.startswith(("Dummy", "execnet"))
    ]


@BOTH
@FLAGS
def test_command_leaves_nothing(
    site: Site, left: Callable[[], list[str]], backend: str, flags: tuple[str, ...]
) -> None:
    with override_settings(**site.settings(backend)):
        commands = [collect(*flags) for _ in range(2)]

        assert left() == []
        assert [command() for command in commands] == [None, None]


@BOTH
def test_command_whose_uploads_fail_leaves_nothing(
    site: Site, server: S3Server, left: Callable[[], list[str]], backend: str
) -> None:
    server.fail("PutObject", status=403, code="AccessDenied")

    with override_settings(**site.settings(backend)):
        command = fails()

        assert left() == []
        assert command() is None
        assert our_threads() == []


def test_command_whose_hashing_fails_leaves_nothing(
    site: Site, left: Callable[[], list[str]]
) -> None:
    site.write({"css/base.css": "b { background: url(missing.png) }"})

    with override_settings(**site.settings()):
        command = fails()

        assert left() == []
        assert command() is None


@BOTH
def test_command_that_fails_while_it_collects_leaves_nothing(
    site: Site, left: Callable[[], list[str]], backend: str
) -> None:
    (site.sources / "zz.js").symlink_to("missing.js")
    command = Command()

    with override_settings(**site.settings(backend)):
        with pytest.raises(FileNotFoundError):
            call_command(command, "--noinput", verbosity=0)
        del command

        assert left() == []
        current.save("at-once.txt", ContentFile(b"!"))
        assert site.server.requests[-1].key == "at-once.txt"


def test_settings_that_are_overridden_leave_no_storage(site: Site) -> None:
    storages = []
    for _ in range(3):
        with override_settings(**site.settings()):
            collect()
            storages.append(weakref.ref(current._wrapped))

    gc.collect()
    assert [storage() for storage in storages] == [None] * 3


@pytest.mark.parametrize("transport", ["obstore", "sdk"])
def test_no_thread_and_no_file_is_left(
    site: Site, temporary: Path, transport: str
) -> None:
    with override_settings(**site.settings(transport=transport, max_staged_memory=0)):
        collect()
        site.write({"css/base.css": "b { color: red }"})
        with block_that_raises(current):
            collect()
        assert our_threads() == []
        assert [*temporary.iterdir()] == []

        site.write({"css/base.css": "b { background: url(missing.png) }"})
        fails()

    gc.collect()
    assert our_threads() == []
    assert [*temporary.iterdir()] == []


@BOTH
@FLAGS
def test_storage_answers_from_the_bucket_again(
    site: Site,
    bucket: Bucket,
    server: S3Server,
    backend: str,
    flags: tuple[str, ...],
) -> None:
    with override_settings(**site.settings(backend)):
        collect(*flags)
        bucket.put("later.txt", b"12")
        seen = len(server.requests)

        assert current.exists("later.txt")
        assert current.size("later.txt") == 2
        assert "later.txt" in current.listdir("")[1]
        current.save("saved.txt", ContentFile(b"!"))
        assert bucket.get("saved.txt").body == b"!"
        current.delete("later.txt")

    assert "later.txt" not in bucket.keys()  # noqa: SIM118
    assert Requests(server.requests[seen:]).counts() == {
        "HeadObject": 2,
        "ListObjects": 1,
        "PutObject": 1,
        "DeleteObject": 1,
    }


def process(storage: Any, site: Site, *more: str) -> set[str]:
    sources = FileSystemStorage(site.sources)
    paths = {name: (sources, name) for name in (*SOURCES, *more)}
    return {name for name, _, _ in storage.post_process(paths)}


def test_second_post_process_in_one_block(site: Site, bucket: Bucket) -> None:
    storage = site.storage()

    with override_settings(STATIC_URL="/static/"), storage.staged():
        assert process(storage, site) == {*SOURCES}
        # One that the first has hashed would have changed meanwhile.
        site.write({"new.css": "i { background: url(logo.png) }"})
        process(storage, site, "new.css")

    paths = bucket.paths()
    assert paths.keys() == {*SOURCES, "new.css"}
    assert paths["logo.png"].encode() in bucket.get(paths["new.css"]).body


def test_second_post_process_after_one_that_failed(site: Site, bucket: Bucket) -> None:
    storage = site.storage()
    site.write({"css/base.css": "b { background: url(missing.png) }"})

    with override_settings(STATIC_URL="/static/"):
        with pytest.raises(POST_PROCESS_ERRORS):
            site.collect()
        site.write(SOURCES)
        assert process(storage, site) == {*SOURCES}

    assert bucket.paths().keys() == SOURCES.keys()
    assert storage.url("logo.png").endswith(bucket.paths()["logo.png"])


def test_post_process_leaves_nothing(site: Site, left: Callable[[], list[str]]) -> None:
    storage = site.storage()

    with override_settings(STATIC_URL="/static/"):
        for _ in range(2):
            process(storage, site)

    assert left() == []


def test_failed_block_leaves_nothing(
    site: Site, left: Callable[[], list[str]], temporary: Path
) -> None:
    storage = site.storage(max_staged_memory=0)

    with override_settings(STATIC_URL="/static/"), block_that_raises(storage):
        storage.save("new.txt", ContentFile(b"new"))
        process(storage, site)

    assert left() == []
    assert [*temporary.iterdir()] == []
