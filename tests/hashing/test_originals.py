"""``keep_original_files=False``: hashed names alone."""

from __future__ import annotations

import pytest

from tests.sites.bucket import Bucket
from tests.sites.site import Site

SOURCES = {
    "css/base.css": "b { background: url(../logo.png) }",
    "logo.png": "PNG",
    "app.js": "1",
}


@pytest.mark.parametrize("location", ["", "static"])
def test_bucket_holds_hashed_names_alone(
    site: Site, bucket: Bucket, location: str
) -> None:
    site.write(SOURCES)

    run = site.collect(keep_original_files=False, location=location)

    prefix = location and f"{location}/"
    paths = bucket.paths(f"{prefix}staticfiles.json")
    assert paths.keys() == SOURCES.keys()
    names = {*paths.values(), "staticfiles.json"}
    assert set(bucket.keys()) == {f"{prefix}{name}" for name in names}
    assert run.sent == "4 objects: 4 uploaded, 0 unchanged."


def test_unchanged_run_sends_nothing(site: Site) -> None:
    site.write(SOURCES)
    site.collect(keep_original_files=False)

    run = site.collect(keep_original_files=False)

    assert run.requests.keys() == []
    assert run.sent == "4 objects: 0 uploaded, 4 unchanged."


def test_hashed_names_are_those_of_stock(site: Site, bucket: Bucket) -> None:
    site.write(SOURCES)
    site.collect()
    stock = {key: bucket.get(key) for key in [*bucket.paths().values()]}

    site.collect(keep_original_files=False, location="hashed")

    paths = bucket.paths("hashed/staticfiles.json")
    assert {key: bucket.get(f"hashed/{key}") for key in paths.values()} == stock


def test_dry_run_counts_hashed_names_alone(site: Site) -> None:
    site.write(SOURCES)

    run = site.collect("--dry-run", keep_original_files=False)

    assert run.sent == "4 objects: 4 would be uploaded, 0 unchanged."


def test_originals_of_before_stay(site: Site, bucket: Bucket) -> None:
    site.write(SOURCES)
    site.collect()
    before = bucket.keys()

    site.collect(keep_original_files=False)

    assert bucket.keys() == before


def test_nothing_is_left_out_where_nothing_is_hashed(
    site: Site, bucket: Bucket
) -> None:
    site.write(SOURCES)

    site.collect("--no-post-process", keep_original_files=False)

    assert set(bucket.keys()) == SOURCES.keys()


def test_name_without_a_hash_stays(site: Site, bucket: Bucket) -> None:
    site.write(SOURCES)

    site.collect(keep_original_files=False, prehashed=["app.js"])

    assert "app.js" in bucket.objects()
