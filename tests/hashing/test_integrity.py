"""Subresource integrity of what a browser gets."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management.base import CommandError
from django.test import override_settings

from faststatic_storages.backends.s3 import S3ManifestStaticStorage
from faststatic_storages.hashing.integrity import integrity_in
from tests.sites.bucket import Bucket
from tests.sites.site import STOCK_MANIFEST, Site

SOURCES = {
    "css/base.css": "b { background: url(../logo.png) }" * 9,
    "logo.png": "PNG",
    "app.js": "1",
}
SAVING = "tests.run.test_headers.Saving"


class Loading(S3ManifestStaticStorage):
    """Has its manifest from somewhere else."""

    def load_manifest(self) -> Any:
        return {"app.js": "app.js"}, ""


class InLowerCase(S3ManifestStaticStorage):
    """The manifest's names are not those of the files."""

    def hash_key(self, name: str) -> str:
        return name.lower()


def expected(bucket: Bucket) -> dict[str, str]:
    """Return the digests of the hashed files in the bucket, by hashed name."""
    digests = {
        key: hashlib.sha384(bucket.get(key).body).digest()
        for key in bucket.paths().values()
    }
    return {key: f"sha384-{b64encode(d).decode()}" for key, d in digests.items()}


def in_manifest(bucket: Bucket) -> Any:
    return json.loads(bucket.get("staticfiles.json").body).get("integrity")


@pytest.fixture(autouse=True)
def _sources(site: Site) -> None:
    site.write(SOURCES)


@pytest.mark.parametrize("in_the_manifest", [True, False])
def test_integrity_of_each_file(
    site: Site, bucket: Bucket, *, in_the_manifest: bool
) -> None:
    site.collect(manifest_integrity=in_the_manifest)
    storage = site.storage()
    seen = len(site.server.requests)

    values = {paths: storage.integrity(name) for name, paths in bucket.paths().items()}

    assert values == expected(bucket)
    assert bool(site.server.requests[seen:]) is not in_the_manifest
    seen = len(site.server.requests)
    assert storage.integrity("app.js") in values.values()
    assert site.server.requests[seen:] == []


def test_manifest_has_it_beside_the_paths(site: Site, bucket: Bucket) -> None:
    site.collect()
    without = json.loads(bucket.get("staticfiles.json").body)

    site.collect(manifest_integrity=True)

    manifest = json.loads(bucket.get("staticfiles.json").body)
    assert manifest == without | {"integrity": expected(bucket)}
    assert site.storage(STOCK_MANIFEST).url("app.js") == site.storage().url("app.js")


def test_second_run_keeps_what_is_known(site: Site, bucket: Bucket) -> None:
    site.collect(manifest_integrity=True)

    run = site.collect(manifest_integrity=True)

    assert run.requests.keys() == []
    site.write({"app.js": "2"})
    site.collect(manifest_integrity=True)
    assert in_manifest(bucket) == expected(bucket)


def test_digest_is_of_what_is_not_compressed(site: Site, bucket: Bucket) -> None:
    site.collect(manifest_integrity=True, gzip=True)
    value = in_manifest(bucket)[bucket.paths()["css/base.css"]]

    site.collect(location="plain", manifest_integrity=True)

    plain = json.loads(bucket.get("plain/staticfiles.json").body)
    assert value == plain["integrity"][plain["paths"]["css/base.css"]]


def test_process_that_collects_knows_it(site: Site, bucket: Bucket) -> None:
    storage = site.storage(manifest_integrity=True)
    source = FileSystemStorage(site.sources)
    for _ in storage.post_process({name: (source, name) for name in SOURCES}):
        pass
    seen = len(site.server.requests)

    assert storage.integrity("app.js") == expected(bucket)[bucket.paths()["app.js"]]
    assert [r for r in site.server.requests[seen:] if r.operation == "GET"] == []


def test_originals_may_be_left_out(site: Site, bucket: Bucket) -> None:
    site.collect(manifest_integrity=True, keep_original_files=False)

    assert in_manifest(bucket) == expected(bucket)


def test_save_of_the_project_makes_other_bytes(site: Site, bucket: Bucket) -> None:
    site.collect(backend=SAVING, manifest_integrity=True)

    assert in_manifest(bucket) is None
    storage = site.storage(SAVING)
    assert storage.integrity("app.js") == expected(bucket)[bucket.paths()["app.js"]]


def test_manifest_of_the_project_s_own(site: Site, bucket: Bucket) -> None:
    bucket.put("app.js", b"1")

    value = site.storage(f"{__name__}.Loading").integrity("app.js")

    assert value == f"sha384-{b64encode(hashlib.sha384(b'1').digest()).decode()}"


def test_file_that_nobody_has_at_hand_is_left_out(site: Site, bucket: Bucket) -> None:
    site.write({"Logo.gif": "GIF"})
    backend = f"{__name__}.InLowerCase"
    site.collect(backend=backend)

    site.collect(backend=backend, manifest_integrity=True)

    values = expected(bucket)
    left_out = bucket.paths()["logo.gif"]
    assert in_manifest(bucket) == {k: v for k, v in values.items() if k != left_out}
    assert site.storage(backend).integrity("Logo.gif") == values[left_out]


def test_dry_run(site: Site, bucket: Bucket) -> None:
    site.collect("--dry-run", manifest_integrity=True)

    assert bucket.keys() == []


def test_nothing_is_checked_while_debugging(site: Site) -> None:
    with override_settings(DEBUG=True):
        assert site.storage().integrity("app.js") == ""


def test_wrong_value(site: Site) -> None:
    with pytest.raises(CommandError, match="manifest_integrity is 'yes'"):
        site.collect(manifest_integrity="yes")


@pytest.mark.parametrize(
    "text",
    [
        None,
        "{}",
        '{"integrity"',
        '["integrity"]',
        '{"integrity": []}',
        '{"integrity": {"a": 1}}',
    ],
)
def test_manifest_that_has_none(text: str | None) -> None:
    assert integrity_in(text) == {}
