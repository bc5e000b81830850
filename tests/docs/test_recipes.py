"""What docs/deploying.rst and docs/migrating.rst tell to do does what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.utils.module_loading import import_string

from tests.docs.snippets import python_in
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import Site

RELEASES, SPARES, IMAGE, DEVELOPMENT = python_in("docs/deploying.rst")
BEFORE, AFTER, *_ = python_in("docs/migrating.rst")


def settings_of(snippet: str) -> dict[str, Any]:
    module: dict[str, Any] = {}
    exec(snippet, module)
    return module


def options_of(snippet: str) -> dict[str, Any]:
    """Return the OPTIONS, save for which bucket it is."""
    options: dict[str, Any] = settings_of(snippet)["STORAGES"]["staticfiles"]["OPTIONS"]
    return {name: value for name, value in options.items() if name != "bucket_name"}


def test_each_release_has_a_manifest(
    site: Site, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for release in ("one", "two"):
        monkeypatch.setenv("RELEASE", release)
        site.write({"app.js": release})
        site.collect("--clear", **options_of(RELEASES))

    named = {
        f"static/{hashed_name}"
        for release in ("one", "two")
        for hashed_name in bucket.paths(f"static/staticfiles-{release}.json").values()
    }
    assert len(named) == 2
    assert named <= {*bucket.keys()}


def test_what_others_keep_is_spared(site: Site, bucket: Bucket) -> None:
    bucket.put("static/CACHE/css/output.123.css")
    bucket.put("static/left-over.css")

    site.collect("--clear", **options_of(SPARES))

    keys = {*bucket.keys()}
    assert "static/CACHE/css/output.123.css" in keys
    assert "static/left-over.css" not in keys


def test_image_has_the_names_of_the_bucket(
    site: Site,
    bucket: Bucket,
    server: S3Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STATIC_ROOT", str(tmp_path / "image"))
    site.write({"css/a.css": "a { background: url(../b.png) }", "b.png": b"b"})

    monkeypatch.setenv("STATIC_TO", "image")
    image = settings_of(IMAGE)
    on_disk = {name: image[name] for name in ("STATIC_ROOT", "STORAGES")}
    with override_settings(**site.settings() | on_disk):
        call_command("collectstatic", "--noinput", "--verbosity=0")
    assert not server.requests

    monkeypatch.setenv("STATIC_TO", "bucket")
    monkeypatch.setenv("RELEASE", "abc123")
    site.collect(**options_of(IMAGE))

    monkeypatch.setenv("STATIC_TO", "web")
    server.requests.clear()
    url = site.storage(**options_of(IMAGE)).url("css/a.css")
    assert not server.requests
    key = url.removeprefix("https://static.example.com/")
    assert {key, "static/abc123.json"} <= {*bucket.keys()}


@pytest.mark.parametrize("debug", [False, True])
def test_development_needs_no_bucket(debug: bool) -> None:
    snippet = DEVELOPMENT.replace("DEBUG = False", f"DEBUG = {debug}")

    backend = settings_of(snippet)["STORAGES"]["staticfiles"]["BACKEND"]

    assert import_string(backend).__name__ == (
        "StaticFilesStorage" if debug else "S3ManifestStaticStorage"
    )


def test_plain_storage_becomes_one_with_a_manifest_and_back(
    site: Site, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, snippet in (("Before", BEFORE), ("After", AFTER)):
        made = settings_of(snippet)["StaticRootS3Storage"]
        monkeypatch.setattr(f"{__name__}.{name}", made, raising=False)
    site.write({"app.js": "1"})
    site.collect(backend=f"{__name__}.Before")
    site.date(seconds_from_now=60)

    there = site.collect(backend=f"{__name__}.After")
    site.date(seconds_from_now=-60)
    back = site.collect(backend=f"{__name__}.Before")

    hashed = "static/app.c4ca4238a0b9.js"
    assert sorted(there.requests.keys()) == [hashed, "static/staticfiles.json"]
    assert back.summary.startswith("0 static files copied")
    assert {*bucket.keys()} == {"static/app.js", hashed, "static/staticfiles.json"}
