"""What visitors of a site see of it, before, during and after a deploy."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.chromium import SECONDS
from tests.browser.served import Answer, Served
from tests.browser.website import HERE, Website
from tests.servers.s3 import Request, S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import Site

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CORSConfigurationTypeDef

pytestmark = pytest.mark.browser

EXAMPLE = HERE.parents[1] / "examples/quickstart/static"
BINARY = ("fonts/blocks.woff2", "img/dots.png")
TYPES = {
    "css/base.css": "text/css",
    "css/site.css": "text/css",
    "fonts/blocks.woff2": "font/woff2",
    "img/dots.png": "image/png",
    "img/logo.svg": "image/svg+xml",
    "js/lazy.js": "text/javascript",
    "js/main.js": "text/javascript",
    "js/release.js": "text/javascript",
}
IMMUTABLE = "public, max-age=31536000, immutable"
LATER = "static/js/lazy."
MANIFEST = "static/staticfiles.json"
OPTIONS: dict[str, Any] = {
    "location": "static",
    "manifest_integrity": True,
    "support_js_module_import_aggregation": True,
    "grace": 3600,
    "keep_releases": 1,
}


@pytest.fixture
def bucket(bucket: Bucket) -> Bucket:
    """A bucket that everybody may read, from pages of any site."""
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket.name}/*",
    }
    policy = {"Version": "2012-10-17", "Statement": statement}
    bucket.client.put_bucket_policy(Bucket=bucket.name, Policy=json.dumps(policy))
    rules: CORSConfigurationTypeDef = {
        "CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]
    }
    bucket.client.put_bucket_cors(Bucket=bucket.name, CORSConfiguration=rules)
    return bucket


@pytest.fixture
def options(server: S3Server, bucket: Bucket) -> dict[str, Any]:
    address = server.url.removeprefix("http://")
    return {
        **OPTIONS,
        "custom_domain": f"{address}/{bucket.name}",
        "url_protocol": "http:",
    }


@pytest.fixture
def site(site: Site) -> Site:
    site.headers_of_stock = False
    site.write({name: (EXAMPLE / name).read_bytes() for name in BINARY})
    return site


@pytest.fixture
def website(site: Site, options: dict[str, Any], tmp_path: Path) -> Iterator[Website]:
    website = Website(tmp_path, site.settings(**options))
    with website.running():
        yield website


def write_release(site: Site, number: int) -> None:
    sources = HERE / "static"
    for path in filter(Path.is_file, sources.rglob("*")):
        text = path.read_text().replace("RELEASE", str(number))
        site.write({path.relative_to(sources).as_posix(): text})


def whole(number: int, **more: Any) -> dict[str, Any]:
    """Return what a page reports of which nothing is missing."""
    return {
        "script": str(number),
        "style": str(number),
        "fonts": ["loaded"],
        "images": [True, True],
        "errors": [],
        **more,
    }


def expected(bucket: Bucket) -> tuple[dict[str, Answer], dict[str, Answer]]:
    """Return how the release is to be answered: its page, and what that loads later."""
    page: dict[str, Answer] = {
        f"static/{hashed}": (200, TYPES[name], IMMUTABLE)
        for name, hashed in bucket.paths(MANIFEST).items()
    }
    return page, {key: page.pop(key) for key in [*page] if key.startswith(LATER)}


@contextmanager
def deploying(site: Site, server: S3Server, options: dict[str, Any]) -> Iterator[None]:
    """Be in a deploy that has sent all but the manifest, and let it go on."""
    arrived, go_on = threading.Event(), threading.Event()

    def hold(_: Request) -> None:
        arrived.set()
        go_on.wait(SECONDS)

    server.react(hold, "PutObject", key=MANIFEST)
    process = site.start("collectstatic", "--noinput", "--clear", **options)
    try:
        assert arrived.wait(SECONDS)
        yield
    finally:
        go_on.set()
        _, stderr = process.communicate(timeout=SECONDS)
    assert (process.returncode, stderr) == (0, "")


def test_visitors_of_a_deploy(
    site: Site,
    server: S3Server,
    bucket: Bucket,
    website: Website,
    served: Served,
    options: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def assert_visitor_gets(release: int, assets: dict[str, Any]) -> None:
        assert website.visit() == whole(release, console=[])
        assert served.since() == assets

    write_release(site, 1)
    site.collect(**options)
    website.start_worker()
    first, later = expected(bucket)
    with website.visited() as early:
        assert early.report() == whole(1)
        assert served.since() == first
        assert early.told("reload") == whole(1)
        # The browser has it all, for ever.
        assert served.since() == {}

        write_release(site, 2)
        with deploying(site, server, options):
            assert_visitor_gets(1, first)
            website.start_worker()
            assert_visitor_gets(1, first)
        assert_visitor_gets(1, first)

        website.start_worker()
        second, _ = expected(bucket)
        assert_visitor_gets(2, second)
        assert len(first.keys() & second.keys()) == len(BINARY)

        assert early.told("import") == whole(1, imported="1")
        assert served.since() == later
    assert early.console == []
    # Nor did anybody ask the site for what it does not have.
    assert caplog.messages == []


@pytest.fixture
def released(site: Site, website: Website, options: dict[str, Any]) -> None:
    write_release(site, 1)
    site.collect(**options)
    website.start_worker()


@pytest.mark.usefixtures("released")
def test_what_is_amiss_would_be_seen(
    bucket: Bucket, website: Website, served: Served
) -> None:
    names = ("img/logo.svg", "js/main.js", "js/release.js")
    logo, main, imported = (f"static/{bucket.paths(MANIFEST)[name]}" for name in names)
    bucket.client.delete_object(Bucket=bucket.name, Key=logo)
    bucket.put(imported, b"export const release = 'another';")

    report = website.visit()

    # What refers to it is told.
    amiss = [url.partition("/bucket/")[2] for url in report["errors"]]
    assert sorted(amiss) == sorted([logo, main])
    assert served.since()[logo][0] == 404
    [line] = report["console"]
    assert re.search(f"integrity.*{re.escape(imported)}", line)


@pytest.mark.usefixtures("released")
def test_page_of_another_origin_needs_the_bucket_s_rules(
    bucket: Bucket, website: Website
) -> None:
    bucket.client.delete_bucket_cors(Bucket=bucket.name)

    report = website.visit()

    assert len(report["errors"]) == 2
    assert all("blocked by CORS policy" in line for line in report["console"])
