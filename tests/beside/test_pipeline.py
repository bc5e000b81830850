"""django-pipeline, which packs files into others while it post-processes."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.conf import settings
from pipeline.storage import PipelineMixin

from tests.overrides.pair import WHERE, Pair
from tests.overrides.storages import composed
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import Site

PACKAGES = {
    "PIPELINE_ROOT": "",
    "CSS_COMPRESSOR": None,
    "JS_COMPRESSOR": None,
    "STYLESHEETS": {
        "all": {
            "source_filenames": ["css/a.css", "css/b.css"],
            "output_filename": "css/all.css",
            "variant": None,
        }
    },
}


@pytest.fixture
def pair(site: Site, bucket: Bucket, server: S3Server) -> Pair:
    site.write({"css/a.css": "a { background: url(../logo.png) }", "css/b.css": "b{}"})
    site.write({"logo.png": "PNG"})
    return Pair(site, bucket, Bucket(server.url, "stock"))


@WHERE
def test_what_is_packed_is_published_and_kept(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    # Its own settings are read from these when it is imported, and then kept.
    monkeypatch.setattr(settings, "PIPELINE", {}, raising=False)
    pipeline = import_module("pipeline.conf").settings
    for name, value in PACKAGES.items():
        monkeypatch.setitem(pipeline, name, value)

    pair.collect(override=PipelineMixin, where=where)
    again = pair.site.collect("--clear", backend=composed(PipelineMixin, where))

    assert "css/all.css" in pair.bucket.objects()
    assert pair.bucket.objects() == pair.stock.objects()
    assert again.requests.keys() == []
