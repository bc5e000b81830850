"""Headers by rule, and the Cache-Control that names have where nobody says any."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.management.base import CommandError
from storages.backends import s3

from faststatic_storages import PreloadMetadataMixin, TwoPassManifestStorage
from faststatic_storages.backends.s3 import S3ManifestStaticStorage
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site

IMMUTABLE = "public, max-age=31536000, immutable"
SOURCES = {
    "css/base.css": "b { background: url(../logo.png) }",
    "fonts/icons.woff2": "wOF2",
    "logo.png": "PNG",
}


@pytest.fixture(autouse=True)
def _sources(site: Site) -> None:
    site.headers_of_stock = False
    site.write(SOURCES)


class Dated(S3ManifestStaticStorage):
    """A project that says itself how long some of its objects are kept."""

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        if "logo" in name:
            return {"CacheControl": "max-age=1"}
        return {"Metadata": {"release": "7"}}


class Unhashed(S3ManifestStaticStorage):
    """A project that keeps the names of its fonts."""

    def file_hash(self, name: Any, content: Any = None) -> Any:
        return (
            None
            if name and name.endswith(".woff2")
            else super().file_hash(name, content)
        )


class StockSaving(s3.S3ManifestStaticStorage):
    """A project that saves in its own way, behind the mixins."""

    def _save(self, name: str, content: Any) -> str:
        saved: str = super()._save(name, content)
        return saved


class Saving(TwoPassManifestStorage, PreloadMetadataMixin, StockSaving):
    pass


class OnDisk(PreloadMetadataMixin, StaticFilesStorage):
    headers = (("*.css", {"CacheControl": "no-cache"}),)


def cache_control(bucket: Bucket) -> dict[str, str | None]:
    return {key: stored.cache_control for key, stored in bucket.objects().items()}


@pytest.mark.parametrize("transport", ["obstore", "sdk"])
@pytest.mark.parametrize("location", ["", "static"])
def test_hashed_names_are_immutable(
    site: Site, bucket: Bucket, transport: str, location: str
) -> None:
    site.collect(transport=transport, location=location)

    prefix = location and f"{location}/"
    paths = bucket.paths(f"{prefix}staticfiles.json")
    hashed = {f"{prefix}{name}" for name in paths.values()}
    said = cache_control(bucket)
    assert {said.pop(key) for key in hashed} == {IMMUTABLE}
    assert said.pop(f"{prefix}staticfiles.json") == "no-cache"
    assert said == {f"{prefix}{name}": None for name in SOURCES}


def test_name_without_a_hash_is_not_immutable(site: Site, bucket: Bucket) -> None:
    site.collect(backend="tests.run.test_headers.Unhashed")

    assert bucket.paths()["fonts/icons.woff2"] == "fonts/icons.woff2"
    assert bucket.get("fonts/icons.woff2").cache_control is None


def test_plain_class_leaves_cache_control_alone(site: Site, bucket: Bucket) -> None:
    site.collect(backend=PLAIN)

    assert set(cache_control(bucket).values()) == {None}


def test_another_default(site: Site, bucket: Bucket) -> None:
    site.collect(hashed_cache_control="max-age=60")

    assert set(cache_control(bucket).values()) == {"max-age=60", "no-cache", None}


def test_no_default(site: Site, bucket: Bucket) -> None:
    site.collect(hashed_cache_control=None)

    assert set(cache_control(bucket).values()) == {None}


@pytest.mark.parametrize(
    "parameters",
    [{"CacheControl": "max-age=5"}, {"Expires": "Thu, 01 Jan 2099 00:00:00 GMT"}],
    ids=["cache-control", "expires"],
)
def test_parameters_of_the_project_replace_the_default(
    site: Site, bucket: Bucket, parameters: dict[str, str]
) -> None:
    site.collect(object_parameters=parameters)

    assert set(cache_control(bucket).values()) == {parameters.get("CacheControl")}


def test_method_of_the_project_replaces_the_default_where_it_says_something(
    site: Site, bucket: Bucket
) -> None:
    site.collect(backend="tests.run.test_headers.Dated")

    paths = bucket.paths()
    assert bucket.get(paths["logo.png"]).cache_control == "max-age=1"
    assert bucket.get(paths["css/base.css"]).cache_control == IMMUTABLE
    assert bucket.get(paths["css/base.css"]).metadata == {"release": "7"}


def test_first_rule_that_fits_counts(site: Site, bucket: Bucket) -> None:
    site.collect(
        location="static",
        headers=[
            ("fonts/*", {"CacheControl": "max-age=1", "Metadata": {"kind": "font"}}),
            ("*.woff2", {"CacheControl": "max-age=2"}),
            ("static/*", {"CacheControl": "max-age=3"}),
            ("*.css", {"ContentDisposition": "inline"}),
        ],
    )

    font = bucket.get("static/fonts/icons.woff2")
    assert (font.cache_control, font.metadata) == ("max-age=1", {"kind": "font"})
    paths = bucket.paths("static/staticfiles.json")
    assert bucket.get(f"static/{paths['fonts/icons.woff2']}") == font
    hashed = f"static/{paths['css/base.css']}"
    assert bucket.get(hashed).cache_control == IMMUTABLE
    told = bucket.client.head_object(Bucket=bucket.name, Key=hashed)
    assert told["ContentDisposition"] == "inline"
    assert bucket.get("static/logo.png").cache_control is None


def test_rule_counts_before_the_parameters_of_the_project(
    site: Site, bucket: Bucket
) -> None:
    site.collect(
        backend="tests.run.test_headers.Dated",
        headers=[("*.png", {"CacheControl": "max-age=9"})],
    )

    assert bucket.get("logo.png").cache_control == "max-age=9"


def test_rule_decides_what_is_compressed(site: Site, bucket: Bucket) -> None:
    site.collect(gzip=True, headers=[("*.css", {"ContentEncoding": "identity"})])

    assert bucket.get("css/base.css").body == SOURCES["css/base.css"].encode()
    run = site.collect(gzip=True, headers=[("*.css", {"ContentEncoding": "identity"})])
    assert run.requests.keys() == []


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        (
            {"*.css": {}},
            r"headers is \{.*\"headers\": \[\('\*\.woff2', \{'CacheControl'",
        ),
        (
            [("*.css", {}), ("*.js",)],
            r"headers\[1\] is \('\*\.js',\)\. .*a list of pairs",
        ),
        (["*.css"], r"headers\[0\] is '\*\.css'"),
        ([(1, {})], r"headers\[0\] is"),
        ([("*.css", "no-cache")], r"headers\[0\] is"),
        (
            [("*.css", {"CacheContrl": "no-cache"})],
            r"headers\[0\] has 'CacheContrl'.*bucket 'bucket'\. Write 'CacheControl'\.",
        ),
        ([("*.css", {"qqqqq": "1"})], r"Write one of 'ACL', .*'CacheControl'"),
    ],
    ids=["mapping", "short", "string", "number", "value", "typo", "unknown"],
)
def test_malformed_rule(site: Site, bucket: Bucket, headers: Any, told: str) -> None:
    with pytest.raises(CommandError, match=told) as caught:
        site.collect(headers=headers)

    assert "\n" not in str(caught.value)
    assert bucket.keys() == []


@pytest.mark.parametrize("value", ["", 60, False], ids=str)
def test_default_that_is_no_header(site: Site, value: object) -> None:
    with pytest.raises(CommandError, match=r"hashed_cache_control is .* or to None"):
        site.collect(hashed_cache_control=value)


def test_storage_that_sends_no_headers(tmp_path: Path) -> None:
    block = OnDisk(location=tmp_path, base_url="/static/").staged()

    with pytest.raises(CommandError, match="OnDisk takes none"):
        block.__enter__()


def test_save_of_the_project_sends_them_too(site: Site, bucket: Bucket) -> None:
    site.collect(
        backend="tests.run.test_headers.Saving",
        headers=[("*.css", {"ContentType": "text/css; charset=utf-8"})],
    )

    stored = bucket.get(bucket.paths()["css/base.css"])
    assert stored.content_type == "text/css; charset=utf-8"
    assert stored.cache_control == IMMUTABLE
