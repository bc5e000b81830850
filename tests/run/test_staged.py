"""Deploy scripts: what they save is staged, and published in order."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.utils import validate_file_name
from django.core.management import call_command
from django.test import override_settings

from faststatic_storages.run.staging import SUSPICIOUS
from tests.servers.s3 import Requests, S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import (
    MANIFEST,
    PLAIN,
    POST_PROCESS_ERRORS,
    STOCK_MANIFEST,
    STOCK_PLAIN,
    Site,
)

SOURCES = {
    "css/base.css": "b { background: url(../logo.png) }",
    "logo.png": "PNG",
    "app.js": "1",
}


@pytest.fixture
def site(site: Site) -> Site:
    site.write(SOURCES)
    site.collect(backend=PLAIN)
    return site


def test_block_is_sent_at_its_end(site: Site, bucket: Bucket, server: S3Server) -> None:
    storage = site.storage(PLAIN)
    seen = len(server.requests)

    with storage.staged():
        storage.save("new.txt", ContentFile("new"))
        storage.save("app.js", ContentFile(b"1"))
        storage.delete("logo.png")
        storage.delete("never-was.txt")
        storage.delete("css/base.css")
        storage.save("css/base.css", ContentFile(SOURCES["css/base.css"]))
        assert set(Requests(server.requests[seen:]).counts()) <= {"ListObjectsV2"}

    requests = Requests(server.requests[seen:])
    assert requests.counts() == {"ListObjectsV2": 1, "PutObject": 1, "DeleteObjects": 1}
    assert requests[-1].operation == "DeleteObjects"
    assert bucket.keys() == ["app.js", "css/base.css", "new.txt"]


def test_failed_block_sends_nothing(site: Site, bucket: Bucket) -> None:
    before = bucket.objects()
    storage = site.storage(PLAIN)

    def deploy() -> None:
        with storage.staged():
            storage.save("new.txt", ContentFile("new"))
            storage.delete("app.js")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        deploy()

    assert bucket.objects() == before
    assert not storage.exists("new.txt")


def test_block_in_a_block_adds_to_it(site: Site, bucket: Bucket) -> None:
    storage = site.storage(PLAIN)

    with storage.staged():
        with storage.staged():
            storage.save("new.txt", ContentFile("new"))
        assert "new.txt" not in bucket.objects()

    assert bucket.get("new.txt").body == b"new"


def test_dry_run_in_a_block_adds_nothing_to_it(site: Site, bucket: Bucket) -> None:
    before = bucket.keys()
    storage: Any = staticfiles_storage

    with override_settings(**site.settings()), storage.staged():
        storage.save("new.txt", ContentFile("new"))
        call_command("collectstatic", "--noinput", "--dry-run", verbosity=0)

    assert bucket.keys() == sorted([*before, "new.txt"])


def test_in_a_block_everything_seems_to_have_happened(
    site: Site, server: S3Server
) -> None:
    storage = site.storage(PLAIN)
    began = datetime.now(UTC)

    with storage.staged():
        storage.save("css/new.css", ContentFile("a{}"))
        storage.delete("app.js")

        assert storage.exists("css/new.css")
        assert storage.exists("logo.png")
        assert not storage.exists("app.js")
        assert storage.listdir("") == (["css"], ["logo.png"])
        assert storage.listdir("css") == ([], ["base.css", "new.css"])
        assert storage.size("css/new.css") == 3
        assert storage.size("logo.png") == 3
        assert storage.get_modified_time("css/new.css") >= began
        assert began - storage.get_modified_time("logo.png") < timedelta(minutes=1)
        with storage.open("css/new.css") as file:
            assert file.read() == b"a{}"
        with storage.open("logo.png") as file:
            assert file.read() == b"PNG"
        with pytest.raises(FileNotFoundError):
            storage.open("app.js")


def test_post_process_called_by_a_script(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    sources = FileSystemStorage(location=site.sources)
    paths = {name: (sources, name) for name in SOURCES}
    stock = Bucket(server.url, "stock")
    site.collect(backend=STOCK_PLAIN, bucket_name=stock.name)

    ours = site.storage().post_process(paths)
    theirs = site.storage(STOCK_MANIFEST, bucket_name=stock.name).post_process(paths)

    assert sorted(ours) == sorted(theirs)
    assert bucket.objects() == stock.objects()


@pytest.mark.parametrize("max_staged_memory", [0, 100])
def test_rewritten_text_on_disk(
    site: Site,
    bucket: Bucket,
    server: S3Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    max_staged_memory: int,
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    spilled: list[Path] = []
    server.react(
        lambda request: spilled.extend(temporary.rglob("*")), "PutObject", nth=1
    )
    site.write({"css/other.css": "i { background: url(../logo.png) } " + " " * 100})

    site.collect(max_staged_memory=max_staged_memory)

    assert spilled
    assert list(temporary.iterdir()) == []
    in_memory = Bucket(server.url, "in-memory")
    site.collect(bucket_name=in_memory.name)
    assert bucket.objects() == in_memory.objects()


@pytest.mark.parametrize("backend", [MANIFEST, PLAIN])
def test_run_is_over_when_the_command_has_failed(
    site: Site, server: S3Server, bucket: Bucket, backend: str
) -> None:
    site.write({"css/base.css": "b { background: url(missing.png) }"})
    server.fail("PutObject", status=403, code="AccessDenied")

    with override_settings(**site.settings(backend)):
        with pytest.raises(POST_PROCESS_ERRORS) as failure:
            call_command("collectstatic", "--noinput")

        server.heal()
        seen = len(server.requests)
        staticfiles_storage.save("app.js", ContentFile(b"2"))

    # Whoever handles the error holds its traceback, and by it the command's frames.
    assert failure.value.__traceback__ is not None
    assert Requests(server.requests[seen:]).keys() == ["app.js"]
    assert bucket.get("app.js").body == b"2"


def test_two_runs_with_one_storage(site: Site, server: S3Server) -> None:
    with override_settings(**site.settings()):
        call_command("collectstatic", "--noinput", verbosity=0)
        site.write({"app.js": "2"})
        seen = len(server.requests)
        call_command("collectstatic", "--noinput", verbosity=0)

    requests = Requests(server.requests[seen:])
    assert requests.counts() == {"GetObject": 1, "ListObjectsV2": 1, "PutObject": 3}


def test_write_only_storage_never_asks(site: Site, server: S3Server) -> None:
    storage: Any = site.storage("tests.sites.storages.WriteOnly")
    seen = len(server.requests)

    assert not storage.exists("app.js")
    storage.delete("app.js")
    with storage.staged():
        storage.save("new.txt", ContentFile("new"))
        storage.save("gone.txt", ContentFile("gone"))
        storage.delete("gone.txt")
        storage.delete("app.js")
        assert storage.exists("new.txt")
        assert not storage.exists("gone.txt")

    assert [(request.operation, request.key) for request in server.requests[seen:]] == [
        ("PutObject", "new.txt")
    ]


def test_every_name_that_django_refuses_is_suspicious() -> None:
    """It is asked of those alone."""
    for parts in product(["", ".", "..", "a", "\\", "/", "b"], repeat=4):
        name = "".join(parts)
        try:
            validate_file_name(name, allow_relative_path=True)
        except SuspiciousFileOperation:
            assert not name or SUSPICIOUS.search(name), name
