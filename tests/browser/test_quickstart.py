"""The quickstart of the examples, opened as its README says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.browser.chromium import document_of
from tests.browser.served import Served
from tests.examples.example import IGNORE_LARGE, Example
from tests.servers.process import free_port, running
from tests.servers.s3 import S3Server

pytestmark = pytest.mark.browser

ON_THE_PAGE = {
    "css/base.css",
    "css/fonts.css",
    "css/site.css",
    "fonts/blocks.woff2",
    "img/dots.png",
    "img/logo.svg",
    "js/site.min.js",
}


def test_quickstart_is_served_from_the_bucket(
    server: S3Server, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    quickstart = Example("quickstart", tmp_path, server)
    quickstart.run("create_bucket.py")
    quickstart.collect(*IGNORE_LARGE)
    paths = quickstart.bucket.paths("static/staticfiles.json")
    port = free_port()
    runserver = (quickstart.directory / "manage.py", "runserver", "--noreload", port)

    with running(Path(sys.executable), map(str, runserver), port) as url:
        document, console = document_of(tmp_path / "profile", url)

    assert " hashed assets came from the bucket" in document
    assert console == []
    answers = served.since()
    assert answers.keys() == {f"static/{paths[name]}" for name in ON_THE_PAGE}
    assert {(status, cached) for status, _, cached in answers.values()} == {
        (200, "public, max-age=3600")
    }
