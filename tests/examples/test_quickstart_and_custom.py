"""The examples, run as they stand. ``tox -e demo`` runs the quickstart's large one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.examples.example import IGNORE_LARGE, Example
from tests.servers.s3 import S3Server

WRITES_NOTHING = {"ListObjectsV2": 1, "GetObject": 1}

PRINT_PAGE = """
import os

import django
from django.test import Client

os.environ["DJANGO_SETTINGS_MODULE"] = "quickstart.settings"
django.setup()
print(Client(SERVER_NAME="127.0.0.1").get("/").content.decode())
"""


@pytest.fixture
def quickstart(tmp_path: Path, server: S3Server) -> Example:
    return Example("quickstart", tmp_path, server)


@pytest.fixture
def custom(tmp_path: Path, server: S3Server) -> Example:
    return Example("custom", tmp_path, server)


def test_quickstart_does_what_its_readme_says(quickstart: Example) -> None:
    quickstart.run("create_bucket.py")
    quickstart.collect(*IGNORE_LARGE)
    before = quickstart.bucket.paths("static/staticfiles.json")

    output = quickstart.collect(*IGNORE_LARGE)
    assert "\n0 static files copied, 10 unmodified" in output
    assert quickstart.server.requests.counts() == WRITES_NOTHING

    stylesheet = quickstart.directory / "static" / "css" / "base.css"
    stylesheet.write_text(stylesheet.read_text().replace("1.5", "1.6"))
    quickstart.collect(*IGNORE_LARGE)
    after = quickstart.bucket.paths("static/staticfiles.json")
    assert before.keys() == after.keys()
    *_, replaced = sorted(quickstart.server.requests.keys())
    assert replaced.startswith("static/staticfiles.replaced-")
    assert sorted(quickstart.server.requests.keys()) == sorted(
        [
            replaced,
            "static/css/base.css",
            f"static/{after['css/base.css']}",
            f"static/{after['css/site.css']}",
            "static/staticfiles.json",
        ]
    )

    urls = re.findall(r'(?:href|src)="([^"]+)"', quickstart.run("-c", PRINT_PAGE))
    assert urls == [
        f"{quickstart.server.url}/quickstart/static/{after[name]}"
        for name in ("img/logo.svg", "css/site.css", "js/site.min.js")
    ]
    for url in urls:
        with urlopen(url) as response:
            assert response.headers["Cache-Control"] == "public, max-age=3600"


def test_custom_does_what_its_docstrings_say(custom: Example) -> None:
    custom.collect()

    cache_control = {
        key: value.cache_control for key, value in custom.bucket.objects().items()
    }
    for_ever = "public, max-age=31536000, immutable"
    manifest = json.loads((custom.directory / "build/staticfiles.json").read_text())
    assert cache_control == dict.fromkeys(manifest["paths"]) | dict.fromkeys(
        manifest["paths"].values(), for_ever
    )

    output = custom.collect()
    assert "\n0 static files copied, 2 unmodified" in output
    assert custom.server.requests.counts() == {"ListObjectsV2": 1}
