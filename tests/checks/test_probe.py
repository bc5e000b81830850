"""Whether visitors can read what was published, where ``probe`` asks for it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, Site

WARNING = "Warning: What was published cannot be read: GET "


def public(site: Site, bucket: Bucket) -> dict[str, Any]:
    """Return the options with which the server itself is the site's address."""
    domain = f"{site.server.url.removeprefix('http://')}/{bucket.name}"
    return {"probe": True, "custom_domain": domain, "url_protocol": "http:"}


@pytest.mark.parametrize(
    ("backend", "key"),
    [(PLAIN, "app.js"), (MANIFEST, "app.c4ca4238a0b9.js")],
    ids=["plain", "manifest"],
)
def test_one_file_is_asked_for(
    site: Site, bucket: Bucket, backend: str, key: str
) -> None:
    site.write({"app.js": "1", "b.js": "2"})

    run = site.collect(
        backend=backend, default_acl="public-read", **public(site, bucket)
    )

    [request] = [one for one in run.requests if one.key == key and one.method == "GET"]
    assert "Authorization" not in request.headers
    assert WARNING not in run.stdout


def test_refusal_is_a_warning(site: Site, bucket: Bucket) -> None:
    site.write({"app.js": "1"})

    run = site.collect(backend=PLAIN, **public(site, bucket))

    [line] = [line for line in run.lines if line.startswith(WARNING)]
    assert "/bucket/app.js answered 403. Allow public reading" in line
    assert line.endswith("(faststatic_storages.W009)")
    assert bucket.keys() == ["app.js"]


@pytest.mark.parametrize(
    ("protocol", "domain"),
    [("https:", "127.0.0.1:9"), ("", "127.0.0.1:9"), ("https:", "127.0.0.1:9/ü")],
    ids=["https", "no protocol", "not encoded"],
)
def test_address_that_nobody_answers(site: Site, protocol: str, domain: str) -> None:
    site.write({"app.js": "1"})

    run = site.collect(
        backend=PLAIN,
        probe=True,
        custom_domain=domain,
        url_protocol=protocol,
    )

    assert f"{WARNING}https://{domain}/app.js failed (" in run.stdout


@pytest.mark.parametrize(
    ("backend", "flag", "names"),
    [
        (PLAIN, "--dry-run", ["app.js"]),
        (PLAIN, "--no-color", []),
        (MANIFEST, "--no-post-process", ["app.js"]),
    ],
    ids=["dry run", "no file", "no manifest"],
)
def test_nothing_to_ask_for(
    site: Site, bucket: Bucket, backend: str, flag: str, names: list[str]
) -> None:
    site.write(dict.fromkeys(names, "1"))

    run = site.collect(flag, backend=backend, **public(site, bucket))

    gets = run.requests.of("GetObject")
    assert [get.key for get in gets if "Authorization" not in get.headers] == []
    assert WARNING not in run.stdout


def test_path_without_a_host_is_not_asked_for(site: Site, tmp_path: Path) -> None:
    site.write({"app.js": "1"})
    storage = {"BACKEND": "tests.checks.storages.LocalProbed"}
    stdout = StringIO()

    with override_settings(
        **site.settings() | {"STORAGES": {"staticfiles": storage}},
        STATIC_ROOT=str(tmp_path / "out"),
    ):
        call_command("collectstatic", "--noinput", stdout=stdout)

    assert "1 object: 1 uploaded" in stdout.getvalue()
    assert WARNING not in stdout.getvalue()
