"""What holds of a run whatever the service does otherwise than the tests' server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError

from tests.servers.differences import ANSWERS, LISTINGS, NO_LENGTH, Difference
from tests.servers.https import https_server, make_certificate
from tests.servers.s3 import S3Server
from tests.servers.switches import imitating
from tests.sites.bucket import Bucket
from tests.sites.site import Run, Site

NAMES = ["a b.png", "plus+.png", "100%.png", "käse/日本 1.png", "a&b.png"]
FILES = {name: name for name in NAMES} | {
    "css/base.css": "b { background: url('../a%20b.png') }",
    "app.js": "1",
}
CHANGED = FILES | {"app.js": "2"}
# Of others, and what is left of an earlier release.
FOREIGN = ["static-old/a b.txt", "app+data/x y.txt", "static"]
STALE = "static/old file+100%.txt"


def collect(site: Site, *arguments: str, **options: Any) -> Run:
    return site.collect(*arguments, location="static", **options)


def live(bucket: Bucket) -> dict[str, bytes]:
    """Return what the manifest names, the originals, and the manifest's own content."""
    manifest = json.loads(bucket.get("static/staticfiles.json").body)
    names = {*manifest["paths"], *manifest["paths"].values()}
    return {name: bucket.get(f"static/{name}").body for name in names}


def expected(
    site: Site, server: S3Server, files: Mapping[str, str]
) -> dict[str, bytes]:
    """Return what a run leaves with the server as it is."""
    plain = Bucket(server.url, "plain")
    site.write(files)
    collect(site, bucket_name=plain.name)
    return live(plain)


@pytest.mark.parametrize(
    ("difference", "transport"),
    [
        *(pytest.param(row, "auto", id=row.name) for row in LISTINGS + ANSWERS),
        *(pytest.param(row, "sdk", id=f"{row.name}, SDK") for row in ANSWERS),
    ],
)
def test_outcome_is_the_same_or_the_error_ends_with_the_remedy(
    site: Site,
    server: S3Server,
    bucket: Bucket,
    difference: Difference,
    transport: str,
) -> None:
    for key in (*FOREIGN, STALE):
        bucket.put(key, b"x")
    after = expected(site, server, CHANGED)
    before = expected(site, server, FILES)

    def puts(*arguments: str) -> list[str]:
        return collect(site, *arguments, transport=transport).requests.keys()

    def refused(remedy: str) -> AbstractContextManager[object]:
        return pytest.raises(CommandError, match=remedy) if remedy else nullcontext()

    with imitating(server, difference.switch()) as changed:
        with refused(difference.fails_at_first):
            puts()
        puts()
        assert live(bucket) == before
        assert bool(puts()) == difference.hides_equality
        assert live(bucket) == before

        site.write(CHANGED)
        with refused(difference.fails_to_replace):
            puts()
        assert live(bucket) == (before if difference.fails_to_replace else after)
        with refused(difference.fails_to_replace):
            puts("--clear")
        assert live(bucket) == (before if difference.fails_to_replace else after)

    # boto3 sends the checksums that obstore does not.
    assert any(changed.values()) or difference.name == "a checksum is demanded"
    assert set(FOREIGN) <= {*bucket.keys()}
    assert (STALE in bucket.objects()) == bool(difference.fails_to_replace)


def test_service_that_demands_a_length(
    site: Site, server: S3Server, bucket: Bucket, tmp_path: Path
) -> None:
    after = expected(site, server, FILES)
    certificate = make_certificate(tmp_path)
    with (
        server.imitating(NO_LENGTH.switch()),
        https_server(server, certificate) as url,
    ):
        options = {"endpoint_url": url, "verify": str(certificate)}

        with pytest.raises(CommandError, match=r"411 .*\n.*when_required"):
            collect(site, transport="sdk", **options)
        collect(site, **options)

    assert live(bucket) == after
