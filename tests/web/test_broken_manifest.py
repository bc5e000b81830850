"""A manifest that cannot be read: an error that names it, until a run replaces it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import override_settings

from faststatic_storages.providers import ProviderError
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.generic_storages import LocalManifest
from tests.sites.site import Site
from tests.web.manifests import BROKEN, DOWN, MANIFEST_NAME, Broken

EACH = pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
BARE = (EOFError, OSError, RecursionError, UnicodeError, json.JSONDecodeError)


@pytest.fixture
def site(site: Site) -> Site:
    site.write({"app.js": "1"})
    return site


@EACH
def test_web_process_is_told_which_manifest_is_broken(
    site: Site, bucket: Bucket, broken: Broken
) -> None:
    broken.put(bucket)

    storage = site.storage(**broken.options)

    with pytest.raises((ProviderError, ValueError)) as failure:
        storage.url("app.js")
    assert not isinstance(failure.value, BARE)
    assert MANIFEST_NAME in str(failure.value)
    assert "Run collectstatic" in str(failure.value)


@EACH
def test_run_replaces_the_broken_manifest(
    site: Site, bucket: Bucket, broken: Broken
) -> None:
    broken.put(bucket)

    run = site.collect(**broken.options)

    assert run.summary == "1 static file copied, 1 post-processed."
    assert ".js" in site.storage(**broken.options).url("app.js")


@pytest.mark.parametrize("goes_down", DOWN.values(), ids=DOWN)
def test_run_replaces_a_manifest_that_it_cannot_read(
    site: Site, server: S3Server, goes_down: Callable[[S3Server], None]
) -> None:
    site.collect()
    site.write({"app.js": "2"})
    goes_down(server)

    site.collect()

    server.heal()
    assert site.storage().url("app.js").endswith("/app.c81e728d9d4c.js")


@pytest.mark.parametrize(
    "name", [name for name, broken in BROKEN.items() if not broken.is_gzip]
)
def test_broken_manifest_on_disk(tmp_path: Path, name: str) -> None:
    sources, root = tmp_path / "sources", tmp_path / "root"
    sources.mkdir()
    root.mkdir()
    (root / MANIFEST_NAME).write_bytes(BROKEN[name].body)

    with override_settings(STATIC_URL="/static/"):
        storage = LocalManifest(location=root)

        with pytest.raises(ValueError, match=r"staticfiles\.json.*Run collectstatic"):
            storage.url("app.js")


def test_error_names_the_manifest_s_own_name(site: Site, bucket: Bucket) -> None:
    bucket.put("static/staticfiles.json", b"{")
    storage = site.storage(location="static")

    with pytest.raises(ValueError, match=r"staticfiles\.json"):
        storage.url("app.js")


def test_broken_manifest_is_neither_empty_nor_forgotten(
    site: Site, bucket: Bucket
) -> None:
    """In a template, an empty manifest would be served without a word."""
    bucket.put(MANIFEST_NAME, b"{")
    storage = site.storage()

    for _ in range(3):
        with pytest.raises(ValueError, match="cannot be read"):
            storage.stored_name("app.js")
        with pytest.raises(ValueError, match="cannot be read"):
            assert storage.hashed_files
