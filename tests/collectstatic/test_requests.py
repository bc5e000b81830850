"""Few requests: what the server sees of a run, and of a web process."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from tests.servers.s3 import Request, Requests, S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, STOCK_MANIFEST, STOCK_PLAIN, Site

SOURCES = {
    "css/base.css": '@import "parts/type.css"; b { background: url(../logo.png) }',
    "css/other.css": "i { color: red }",
    "css/parts/type.css": "@font-face { src: url(../../font.woff) }",
    "font.woff": "wOFF",
    "logo.png": "PNG",
    "app.js": "1",
}
MIB = 2**20


@pytest.fixture
def site(site: Site) -> Site:
    site.write(SOURCES)
    return site


def test_cold_run_lists_once_and_puts_each_object_once(
    site: Site, bucket: Bucket
) -> None:
    run = site.collect()

    assert run.requests.counts() == {
        "GetObject": 1,
        "ListObjectsV2": 1,
        "PutObject": 2 * len(SOURCES) + 1,
    }
    assert sorted(run.requests.keys()) == bucket.keys()
    assert run.requests.keys()[-1] == "staticfiles.json"


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")
def test_sources_are_read_while_the_bucket_lists(site: Site, server: S3Server) -> None:
    source = site.sources / "app.js"
    source.unlink()
    os.mkfifo(source)

    def wait_for_a_reader(request: Request) -> None:
        # Returns when somebody reads.
        pipe = os.open(source, os.O_WRONLY)
        source.unlink()
        source.write_bytes(b"")
        os.close(pipe)

    server.react(wait_for_a_reader, "ListObjectsV2")
    impatient = Config(read_timeout=5, retries={"total_max_attempts": 1})

    run = site.collect(client_config=impatient)

    assert run.requests.counts()["ListObjectsV2"] == 1
    assert set(run.requests.keys()) >= {"app.js"}


def test_cold_run_of_the_plain_class(site: Site, bucket: Bucket) -> None:
    run = site.collect(backend=PLAIN)

    assert run.requests.counts() == {"ListObjectsV2": 1, "PutObject": len(SOURCES)}
    assert sorted(run.requests.keys()) == bucket.keys()


@pytest.mark.parametrize(
    ("backend", "requests"),
    [(MANIFEST, {"GetObject": 1, "ListObjectsV2": 1}), (PLAIN, {"ListObjectsV2": 1})],
)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"gzip": True},
        {"location": "app/static"},
        {"object_parameters": {"CacheControl": "max-age=60"}},
    ],
    ids=str,
)
def test_unchanged_run_sends_nothing(
    site: Site, backend: str, requests: dict[str, int], options: dict[str, Any]
) -> None:
    site.collect(backend=backend, **options)

    assert site.collect(backend=backend, **options).requests.counts() == requests


@pytest.mark.parametrize(
    ("transfer_config", "parts"),
    [
        (None, 2),
        (TransferConfig(multipart_threshold=6 * MIB, multipart_chunksize=5 * MIB), 3),
    ],
    ids=["default", "smaller"],
)
def test_file_that_is_sent_in_parts_is_sent_again_if_changed(
    site: Site, transfer_config: TransferConfig | None, parts: int
) -> None:
    site.write({"film.mp4": bytes(11 * MIB)})
    cold = site.collect(backend=PLAIN, transfer_config=transfer_config)

    run = site.collect(backend=PLAIN, transfer_config=transfer_config)

    assert cold.requests.keys("UploadPart") == ["film.mp4"] * parts
    assert run.requests.counts() == {"ListObjectsV2": 1}

    site.write({"film.mp4": bytes(11 * MIB - 1) + b"!"})
    changed = site.collect(backend=PLAIN, transfer_config=transfer_config)
    assert changed.requests.keys("UploadPart") == ["film.mp4"] * parts


def test_changed_css_is_sent_with_all_that_refers_to_it(
    site: Site, bucket: Bucket
) -> None:
    site.collect()
    site.write({"css/parts/type.css": "@font-face { src: url(../../font.woff?2) }"})

    run = site.collect()

    paths = bucket.paths()
    assert run.requests.counts() == {
        "GetObject": 2,
        "ListObjectsV2": 1,
        "PutObject": 4,
    }
    assert set(run.requests.keys()) == {
        "css/parts/type.css",
        paths["css/parts/type.css"],
        paths["css/base.css"],
        "staticfiles.json",
    }
    assert run.requests.keys()[-1] == "staticfiles.json"


def test_changed_css_of_the_plain_class(site: Site) -> None:
    site.collect(backend=PLAIN)
    site.write({"css/parts/type.css": "changed"})

    run = site.collect(backend=PLAIN)

    assert run.requests.counts() == {"ListObjectsV2": 1, "PutObject": 1}
    assert run.requests.keys() == ["css/parts/type.css"]


@pytest.mark.parametrize("backend", [MANIFEST, PLAIN])
def test_listing_reads_what_is_under_the_location_only(
    site: Site, bucket: Bucket, backend: str
) -> None:
    bucket.fill(f"static/{n}" for n in range(2500))
    bucket.fill(f"static-old/{n}" for n in range(2500))

    run = site.collect(backend=backend, location="static")

    listings = run.requests.of("ListObjectsV2")
    # The first page, and the one on which the site's files would be.
    assert len(listings) == 2
    assert {dict(listing.query)["prefix"] for listing in listings} == {"static/"}


def test_local_manifest_is_not_asked_for(
    site: Site, bucket: Bucket, tmp_path: Path
) -> None:
    local = FileSystemStorage(location=tmp_path / "manifest")

    cold = site.collect(manifest_storage=local)
    again = site.collect(manifest_storage=local)

    assert set(cold.requests.counts()) == {"ListObjectsV2", "PutObject"}
    assert again.requests.counts() == {"ListObjectsV2": 1}
    assert "staticfiles.json" not in bucket.objects()
    assert local.exists("staticfiles.json")


@pytest.mark.parametrize(
    ("backend", "objects"),
    [
        ("tests.sites.storages.WriteOnly", len(SOURCES)),
        ("tests.sites.storages.WriteOnlyManifest", 2 * len(SOURCES) + 1),
    ],
)
def test_credentials_that_may_only_write(
    site: Site, server: S3Server, bucket: Bucket, backend: str, objects: int
) -> None:
    for operation in ("GetObject", "HeadObject", "ListObjectsV2", "ListObjects"):
        server.fail(operation, status=403, code="AccessDenied")

    for _ in range(2):
        run = site.collect(backend=backend)

        assert len(run.requests.keys()) == objects
        assert set(run.requests.counts()) <= {"PutObject", "GetObject"}
    assert len(bucket.keys()) == objects


def test_uploads_run_in_parallel(site: Site, server: S3Server) -> None:
    site.write({"7.txt": "", "8.txt": ""})
    five = threading.Barrier(5)
    first: list[Request] = []

    def wait_for_a_fifth_that_does_not_come(request: Request) -> None:
        first.append(request)
        # The first goes alone: what refuses it would refuse all.
        with suppress(threading.BrokenBarrierError):
            if len(first) > 1:
                five.wait(timeout=1)

    server.react(wait_for_a_fifth_that_does_not_come, "PutObject")

    site.collect(backend=PLAIN, max_workers=4)

    assert server.most_at_once == 4


def read(storage: Any) -> bytes:
    with storage.open("app.js") as file:
        content: bytes = file.read()
    return content


USES: dict[str, Callable[[Any], object]] = {
    "exists": lambda storage: storage.exists("app.js"),
    "exists not": lambda storage: storage.exists("missing.js"),
    "open": read,
    "size": lambda storage: storage.size("app.js"),
    "get_modified_time": lambda storage: storage.get_modified_time("app.js"),
    "listdir": lambda storage: storage.listdir("css"),
    "url": lambda storage: storage.url("css/other.css"),
    "save": lambda storage: storage.save("new.txt", ContentFile("text")),
    "save again": lambda storage: storage.save("logo.png", ContentFile(b"PNG")),
    "delete": lambda storage: storage.delete("logo.png"),
}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(MANIFEST, STOCK_MANIFEST), (PLAIN, STOCK_PLAIN)],
    ids=["manifest", "plain"],
)
def test_outside_collectstatic_it_is_the_parent_class(
    site: Site, server: S3Server, ours: str, theirs: str
) -> None:
    site.collect()

    def results_and_requests(backend: str) -> dict[str, tuple[object, Requests]]:
        storage = site.storage(backend)
        outcome = {}
        for name, use in USES.items():
            seen = len(server.requests)
            outcome[name] = use(storage), Requests(server.requests[seen:])
        return outcome

    assert results_and_requests(ours) == results_and_requests(theirs)


@pytest.mark.parametrize("custom_domain", ["static.example.com", None])
def test_url_sends_nothing(
    site: Site, server: S3Server, custom_domain: str | None
) -> None:
    site.collect()
    storage = site.storage(custom_domain=custom_domain)
    seen = len(server.requests)

    assert all(".".join(name.split(".")[:-1]) in storage.url(name) for name in SOURCES)

    assert len(server.requests) == seen


def test_construction_gets_the_manifest(site: Site, server: S3Server) -> None:
    site.collect()
    seen = len(server.requests)

    storage = site.storage()

    assert [(request.operation, request.key) for request in server.requests[seen:]] == [
        ("GetObject", "staticfiles.json")
    ]
    assert storage.hashed_files.keys() == SOURCES.keys()


def test_construction_without_a_manifest(site: Site, server: S3Server) -> None:
    storage = site.storage()

    assert server.requests.counts() == {"GetObject": 1}
    assert storage.hashed_files == {}


def test_construction_with_a_local_manifest_sends_nothing(
    site: Site, server: S3Server, tmp_path: Path
) -> None:
    site.storage(manifest_storage=FileSystemStorage(location=tmp_path))
    site.storage(PLAIN)

    assert server.requests == []
