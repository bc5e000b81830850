"""What is an attribute in Django, in OPTIONS."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management.base import CommandError

from tests.collectstatic.test_parity import MODULES
from tests.sites.bucket import Bucket
from tests.sites.site import POST_PROCESS_ERRORS, Site


def test_manifest_name(site: Site, bucket: Bucket) -> None:
    site.write({"app.js": "1"})

    site.collect(manifest_name="release-7.json")

    hashed = bucket.paths("release-7.json")["app.js"]
    assert "staticfiles.json" not in bucket.objects()
    web = site.storage(manifest_name="release-7.json")
    assert web.url("app.js").endswith(hashed)


def test_manifest_that_is_not_strict(site: Site, bucket: Bucket) -> None:
    site.write({"app.js": "1"})
    site.collect()
    bucket.put("later.js", b"2")

    with pytest.raises(ValueError, match="Missing staticfiles manifest entry"):
        site.storage().url("later.js")
    assert "/later." in site.storage(manifest_strict=False).url("later.js")


def test_modules_are_rewritten(site: Site, bucket: Bucket) -> None:
    site.write(MODULES)

    site.collect(support_js_module_import_aggregation=True)

    optioned = bucket.objects()
    bucket.client.delete_objects(
        Bucket=bucket.name, Delete={"Objects": [{"Key": key} for key in optioned]}
    )
    site.collect(backend="tests.sites.storages.Modules")
    assert optioned == bucket.objects()
    helper = bucket.paths()["js/lib/helper.js"].rpartition("/")[2]
    assert helper.encode() in bucket.get(bucket.paths()["js/app.js"]).body


def test_modules_are_left_alone(site: Site, bucket: Bucket) -> None:
    site.write(MODULES)

    site.collect(
        backend="tests.sites.storages.Modules",
        support_js_module_import_aggregation=False,
    )

    app = bucket.get(bucket.paths()["js/app.js"])
    assert app.body == bucket.get("js/app.js").body


def test_fewer_passes_than_it_takes(site: Site) -> None:
    site.write({"a.css": '@import "b.css";', "b.css": '@import "c.css";', "c.css": ""})

    with pytest.raises(POST_PROCESS_ERRORS, match="Max post-process passes exceeded"):
        site.collect(max_post_process_passes=1)


@pytest.mark.parametrize("kept", [True, False])
def test_intermediate_files(site: Site, bucket: Bucket, *, kept: bool) -> None:
    site.write({"a.css": "b { background: url(b.png) }", "b.png": "PNG"})

    site.collect(keep_intermediate_files=kept)

    assert len(bucket.keys()) == (6 if kept else 5)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"keep_original_files": "no"}, r"keep_original_files is 'no'\. Set .* False"),
        ({"sourcemap_strict": 0}, "sourcemap_strict is 0"),
        ({"prehashed": "assets/*"}, r"prehashed is 'assets/\*'\. .* \[\"assets/\*\"\]"),
        ({"prehashed": [1]}, r"prehashed is \[1\]"),
    ],
    ids=["originals", "sourcemaps", "prehashed", "patterns"],
)
def test_wrong_value(site: Site, options: dict[str, Any], told: str) -> None:
    with pytest.raises(CommandError, match=told):
        site.collect(**options)
