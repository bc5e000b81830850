"""What --clear deletes, what it keeps for a while, and what it refuses to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.test import override_settings
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from faststatic_storages.backends.s3 import S3ManifestStaticStorage
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, STOCK_PLAIN, Run, Site

SOURCES = {"css/base.css": "b { background: url(../logo.png) }", "logo.png": "PNG"}
# As they are where a project says nothing.
DEFAULTS = {
    "grace": None,
    "keep_releases": None,
    "exclusive": False,
    "max_unknown_deletions": 256,
    "location": "static",
}
BOTH = pytest.mark.parametrize("backend", [MANIFEST, PLAIN])


@pytest.fixture
def site(site: Site) -> Site:
    site.write(SOURCES)
    return site


def deploy(site: Site, *arguments: str, **options: Any) -> Run:
    return site.collect(*arguments, **{**DEFAULTS, **options})


def age(bucket: Bucket, hours: float) -> None:
    """Let everything in the bucket be that much older."""
    keys = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[bucket.name].keys
    for key in keys.values():
        key.last_modified -= timedelta(hours=hours)


def replaced(bucket: Bucket) -> list[str]:
    keys = bucket.keys()
    return [key for key in keys if "replaced-" in key]


def test_release_that_is_replaced_stays_for_a_while(site: Site, bucket: Bucket) -> None:
    deploy(site)
    first = {*bucket.keys()}
    age(bucket, 48)
    site.remove("logo.png")
    site.write({"css/base.css": "b { color: red }"})

    run = deploy(site, "--clear")

    assert first < {*bucket.keys()}
    [kept] = replaced(bucket)
    assert json.loads(bucket.get(kept).body)["paths"].keys() == SOURCES.keys()
    assert "--clear keeps 3 named by another release (" in run.stdout
    assert kept.removeprefix("static/") in run.stdout


def test_release_before_stays_however_old_it_is(site: Site, bucket: Bucket) -> None:
    logo = ""
    for css in ("1", "2", "3"):
        site.write({"logo.png": css})
        deploy(site)
        logo = logo or bucket.paths("static/staticfiles.json")["logo.png"]
        age(bucket, 48)

    assert len(replaced(bucket)) == 2
    run = deploy(site, "--clear")

    assert len(replaced(bucket)) == 1
    assert f"static/{logo}" not in bucket.objects()
    assert "static/" + bucket.paths(replaced(bucket)[0])["logo.png"] in bucket.objects()
    assert "keeps 2 named" in run.stdout or "keeps 3 named" in run.stdout


def test_options_delete_at_once(site: Site, bucket: Bucket) -> None:
    deploy(site, grace=0, keep_releases=0)
    site.write({"logo.png": "NEW"})

    run = deploy(site, "--clear", grace=0, keep_releases=0)

    assert len(bucket.keys()) == 5
    assert replaced(bucket) == []
    assert "keeps" not in run.stdout


def test_deploy_that_only_adds_replaces_no_release(site: Site, bucket: Bucket) -> None:
    deploy(site)
    site.write({"new.js": "1"})

    deploy(site)

    assert replaced(bucket) == []


def test_release_that_comes_back_is_replaced_anew(site: Site, bucket: Bucket) -> None:
    for css in ("1", "2", "1"):
        site.write({"logo.png": css})
        deploy(site)
    age(bucket, 48)
    site.write({"logo.png": "2"})

    run = deploy(site)

    assert len(run.requests.keys()) == 3
    assert len({*run.requests.keys()}.intersection(replaced(bucket))) == 1


def test_manifest_of_another_name_is_another_release(
    site: Site, bucket: Bucket
) -> None:
    v1 = "tests.run.test_clearing.V1"
    deploy(site, backend=v1)
    age(bucket, 48)
    first = {*bucket.keys()}
    site.write({"logo.png": "NEW"})

    run = deploy(site, "--clear", backend="tests.run.test_clearing.V2")

    assert first <= {*bucket.keys()}
    assert "v1.json" in run.stdout


@BOTH
def test_what_a_deploy_beside_has_uploaded_is_young(
    site: Site, bucket: Bucket, backend: str
) -> None:
    deploy(site, backend=backend)
    bucket.put("static/beside.js")

    run = deploy(site, "--clear", backend=backend)
    assert "static/beside.js" in bucket.objects()
    assert "--clear keeps 1 younger than 3600 s." in run.stdout

    age(bucket, 2)
    deploy(site, "--clear", backend=backend)
    assert "static/beside.js" not in bucket.objects()


@BOTH
def test_spared_patterns(site: Site, bucket: Bucket, backend: str) -> None:
    bucket.put("static/CACHE/css/a.css")
    bucket.put("static/other.css")
    age(bucket, 48)

    run = deploy(site, "--clear", backend=backend, clear_spares=["CACHE/*"])

    assert "static/CACHE/css/a.css" in bucket.objects()
    assert "static/other.css" not in bucket.objects()
    assert "--clear keeps 1 spared by clear_spares." in run.stdout


@contextmanager
def refused(site: Site, bucket: Bucket, message: str) -> Iterator[None]:
    before = bucket.objects()
    with pytest.raises(CommandError, match=message):
        yield
    assert bucket.objects() == before


@BOTH
def test_whole_bucket_is_refused(site: Site, bucket: Bucket, backend: str) -> None:
    bucket.put("media/a.jpg")
    age(bucket, 48)
    site.write({"new.js": "1"})

    with refused(site, bucket, r'bucket .bucket..*"location".*"exclusive"'):
        deploy(site, "--clear", backend=backend, location="")

    deploy(site, "--clear", backend=backend, location="", exclusive=True)
    assert "media/a.jpg" not in bucket.objects()


@pytest.mark.parametrize("location", ["static", "static/media", "static/media/"])
def test_location_of_another_alias_is_refused(
    site: Site, bucket: Bucket, location: str
) -> None:
    bucket.put("static/media/a.jpg")
    options = site.settings(STOCK_PLAIN)["STORAGES"]["staticfiles"]["OPTIONS"]
    other = {"BACKEND": STOCK_PLAIN, "OPTIONS": {**options, "location": location}}

    with refused(site, bucket, r'STORAGES\["default"\].*"exclusive"'):
        collect_beside(site, other)


@pytest.mark.parametrize(
    "changes",
    [{"location": "media"}, {"location": ""}, {"bucket_name": "other"}],
    ids=str,
)
def test_other_place_of_another_alias_is_none_of_our_business(
    site: Site, bucket: Bucket, changes: dict[str, str]
) -> None:
    options = site.settings(STOCK_PLAIN)["STORAGES"]["staticfiles"]["OPTIONS"]
    other = {
        "BACKEND": STOCK_PLAIN,
        "OPTIONS": {**options, "location": "static", **changes},
    }

    collect_beside(site, other)

    assert "static/logo.png" in bucket.objects()


def test_alias_that_cannot_be_constructed_keeps_nothing(
    site: Site, bucket: Bucket
) -> None:
    collect_beside(site, {"BACKEND": "storages.backends.nothing.Storage"})

    assert "static/logo.png" in bucket.objects()


def test_same_storage_under_two_aliases(site: Site, bucket: Bucket) -> None:
    settings = site.settings(MANIFEST, **DEFAULTS)["STORAGES"]["staticfiles"]

    collect_beside(site, settings)

    assert "static/logo.png" in bucket.objects()


def collect_beside(site: Site, other: dict[str, Any]) -> None:
    """Collect with ``--clear`` where the default storage is ``other``."""
    from django.core.management import call_command

    settings = site.settings(MANIFEST, **DEFAULTS)
    settings["STORAGES"]["default"] = other
    with override_settings(**settings):
        call_command("collectstatic", "--noinput", "--clear", verbosity=0)


@BOTH
def test_without_post_processing_what_was_found_stays(
    site: Site, bucket: Bucket, backend: str
) -> None:
    deploy(site, "--no-post-process", backend=backend)
    bucket.put("static/stale.txt")
    age(bucket, 48)
    site.write({"logo.png": "NEW"})

    deploy(site, "--clear", "--no-post-process", backend=backend)

    assert bucket.keys() == ["static/css/base.css", "static/logo.png"]


@BOTH
def test_many_unknown_objects_are_refused(
    site: Site, bucket: Bucket, backend: str
) -> None:
    bucket.fill(f"static/theirs/{number}" for number in range(257))
    age(bucket, 48)

    message = r"257 objects .* static/theirs/0, .*256.*Nothing was written.*" + (
        r"\"max_unknown_deletions\""
    )
    with refused(site, bucket, message):
        deploy(site, "--clear", backend=backend)
    with refused(site, bucket, message):
        deploy(site, "--clear", "--dry-run", backend=backend)

    deploy(site, "--clear", backend=backend, max_unknown_deletions=257)
    keys = bucket.keys()
    assert not any("theirs" in key for key in keys)


def test_one_unknown_object_is_refused(site: Site, bucket: Bucket) -> None:
    bucket.put("static/theirs")
    age(bucket, 48)

    with refused(site, bucket, "would delete 1 object that no .* no more than 0 may"):
        deploy(site, "--clear", max_unknown_deletions=0)


def test_what_a_release_has_named_is_not_unknown(site: Site, bucket: Bucket) -> None:
    site.write({f"{number}.txt": f"{number}" for number in range(20)})
    deploy(site)
    for number in range(20):
        site.remove(f"{number}.txt")
    deploy(site)
    age(bucket, 48)

    deploy(site, "--clear", max_unknown_deletions=0, keep_releases=0)

    assert len(bucket.keys()) == 5


@pytest.mark.parametrize(
    "body",
    [b"{}", b"[]", b'{"version": "1.1", "paths": []}', b"[" * 100_000, b"\xff", b""],
    ids=lambda body: body[:12].decode("latin-1"),
)
def test_other_json_beside_the_manifest_is_no_release(
    site: Site, bucket: Bucket, body: bytes
) -> None:
    bucket.put("static/other.json", body)
    age(bucket, 48)

    deploy(site, "--clear")

    assert "static/other.json" not in bucket.objects()


def test_release_that_cannot_be_read_protects_nothing_but_fails_nothing(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    bucket.put("static/other.json", b"{}")
    age(bucket, 48)
    server.fail("GetObject", status=403, code="AccessDenied", key="static/other.json")

    deploy(site, "--clear")

    assert "static/other.json" not in bucket.objects()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("grace", "60"),
        ("grace", -1),
        ("keep_releases", True),
        ("exclusive", 1),
        ("clear_spares", "CACHE/*"),
        ("max_unknown_deletions", None),
    ],
)
def test_wrong_value_is_told(site: Site, option: str, value: object) -> None:
    with pytest.raises(CommandError, match=f"^{option} is .*Set it to"):
        deploy(site, **{option: value})


def test_release_that_is_too_large_to_be_one_is_not_read(
    site: Site, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faststatic_storages.providers.Provider.max_size_read", 1)
    bucket.put("static/other.json", b"{}")
    age(bucket, 48)

    run = deploy(site, "--clear")

    assert "static/other.json" not in run.requests.keys("GetObject")


def test_manifest_of_another_storage_is_spared(site: Site, bucket: Bucket) -> None:
    from storages.backends.s3 import S3Storage

    settings = site.settings(STOCK_PLAIN)["STORAGES"]["staticfiles"]["OPTIONS"]
    storage = S3Storage(**settings, location="static")

    for content in ("1", "2"):
        site.write({"logo.png": content})
        deploy(site, "--clear", manifest_storage=storage)

    assert "static/staticfiles.json" in bucket.objects()
    assert replaced(bucket) == []


class V1(S3ManifestStaticStorage):
    manifest_name = "v1.json"


class V2(S3ManifestStaticStorage):
    manifest_name = "v2.json"
