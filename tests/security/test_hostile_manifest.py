"""What somebody else may write in the manifest's place, and what it cannot do."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import FileSystemStorage

from faststatic_storages import PreloadMetadataMixin
from faststatic_storages.providers import Provider, ProviderError, provider_for
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import Site

# The real one, 64 MiB, takes a test ten seconds.
LIMIT = 1_000_000
MANIFEST_KEY = "static/staticfiles.json"
VICTIMS = ("media/photo.jpg", "static-of-others/app.js", "secret.txt")
NAMES = (
    "../media/photo.jpg",
    "/media/photo.jpg",
    "a/../../media/photo.jpg",
    "..\\media\\photo.jpg",
    "../static-of-others/app.js",
    "//secret.txt",
    "https://example.com/x.js",
    "\x00",
    "",
    ".",
    "..",
    "x" * 5000,
    "\ud800",
)


@pytest.fixture(autouse=True)
def _limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Provider, "max_size_read", LIMIT)


def manifest(paths: Any) -> bytes:
    return json.dumps({"version": "1.1", "paths": paths, "hash": "x"}).encode()


@pytest.fixture
def shared(site: Site, bucket: Bucket) -> Site:
    """A site under static/, in a bucket with the objects of others."""
    for key in VICTIMS:
        bucket.put(key, b"of others")
    site.write({"app.js": "1", "css/base.css": "b { background: url(../app.js) }"})
    return site


@pytest.mark.parametrize("arguments", [(), ("--clear",)], ids=["", "clear"])
def test_names_outside_of_the_location_touch_nothing_there(
    shared: Site, bucket: Bucket, server: S3Server, arguments: tuple[str, ...]
) -> None:
    paths = {name: name for name in NAMES} | {"app.js": "../media/photo.jpg"}
    bucket.put(MANIFEST_KEY, manifest(paths))

    run = shared.collect(*arguments, location="static")

    assert {bucket.get(key).body for key in VICTIMS} == {b"of others"}
    for request in run.requests:
        assert request.key.startswith("static/") or not request.key
    assert bucket.paths(MANIFEST_KEY)["app.js"] == "app.c4ca4238a0b9.js"


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_from_elsewhere_are_only_a_part_of_a_url(
    shared: Site, bucket: Bucket, name: str
) -> None:
    bucket.put(MANIFEST_KEY, manifest({"app.js": name}))
    server = shared.server
    storage = shared.storage(location="static")
    seen = len(server.requests)

    try:
        url = storage.url("app.js")
    except (ValueError, SuspiciousOperation):
        url = ""

    assert url.startswith("https://static.example.com/") or not url
    assert server.requests[seen:] == []


@pytest.mark.parametrize(
    "body",
    [
        b'{"paths": {"app.js": "!!python/object/apply:os.system [touch x]"}}',
        b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x07touch x\x85R.",
        b"__import__('os').system('touch x')",
        manifest({"app.js": "{{ 7*7 }}${jndi:ldap://example.com}"}),
    ],
    ids=["yaml", "pickle", "python", "templates"],
)
def test_nothing_in_it_is_run(
    shared: Site,
    bucket: Bucket,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    body: bytes,
) -> None:
    monkeypatch.chdir(tmp_path)
    bucket.put(MANIFEST_KEY, body)

    shared.collect(location="static")

    assert not (tmp_path / "x").exists()
    assert bucket.paths(MANIFEST_KEY)["app.js"] == "app.c4ca4238a0b9.js"


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_endless_manifest_is_a_clear_error_and_is_replaced(
    shared: Site, bucket: Bucket, encoding: str | None
) -> None:
    body = b" " * (LIMIT + 1)
    extra: Any = {"ContentEncoding": encoding} if encoding else {}
    bucket.client.put_object(
        Bucket=bucket.name,
        Key=MANIFEST_KEY,
        Body=gzip.compress(body) if encoding else body,
        **extra,
    )

    storage = shared.storage(location="static", gzip=bool(encoding))

    with pytest.raises(ProviderError, match=r"more than 1000000 bytes(.|\n)*run coll"):
        storage.url("app.js")
    shared.collect(location="static", gzip=bool(encoding))
    assert "app." in shared.storage(location="static", gzip=bool(encoding)).url(
        "app.js"
    )


def test_bomb_takes_no_more_memory_than_the_limit(shared: Site, bucket: Bucket) -> None:
    bomb = gzip.compress(b" " * (100 * LIMIT), compresslevel=1)
    bucket.client.put_object(
        Bucket=bucket.name, Key="static/bomb", Body=bomb, ContentEncoding="gzip"
    )
    provider = provider_for(shared.storage(location="static", gzip=True))

    tracemalloc.start()
    try:
        with pytest.raises(ProviderError, match="more than"):
            provider.get("static/bomb")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 10 * LIMIT


class LocalStorage(PreloadMetadataMixin, FileSystemStorage):
    pass


def test_large_file_of_another_storage(tmp_path: Path) -> None:
    provider = provider_for(LocalStorage(location=tmp_path))
    provider.max_size_read = 3
    (tmp_path / "a.txt").write_bytes(b"123")
    (tmp_path / "b.txt").write_bytes(b"1234")

    assert provider.get("a.txt") == b"123"
    with pytest.raises(ProviderError, match="more than 3 bytes"):
        provider.get("b.txt")
