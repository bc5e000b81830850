"""WhiteNoise, installed beside: it serves what a project has on its own disk."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from django.test import Client, override_settings

from tests.beside.pages import SETTINGS
from tests.servers.s3 import S3Server
from tests.sites.site import Site


@pytest.fixture
def _local(tmp_path: Path) -> None:
    """A page at the root, and what an earlier storage left in STATIC_ROOT."""
    for name in ("public/robots.txt", "root/gone.0123456789ab.js"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)


@pytest.mark.usefixtures("_local")
def test_whitenoise_serves_and_the_bucket_is_named(
    site: Site, server: S3Server, tmp_path: Path
) -> None:
    site.write({"app.js": "1"})
    site.collect()
    settings = {
        **site.settings(),
        **SETTINGS,
        "MIDDLEWARE": ["whitenoise.middleware.WhiteNoiseMiddleware"],
        "STATIC_ROOT": str(tmp_path / "root"),
        "WHITENOISE_ROOT": str(tmp_path / "public"),
    }
    settings["INSTALLED_APPS"].insert(0, "whitenoise.runserver_nostatic")
    server.requests.clear()

    with override_settings(**settings):
        client = Client()
        page = client.get("/")
        with closing(client.get("/robots.txt")) as robots:
            body = robots.getvalue()
        with closing(client.get("/static/gone.0123456789ab.js")) as gone:
            cached = gone.headers["Cache-Control"]

    assert page.content.decode() == "https://static.example.com/app.c4ca4238a0b9.js"
    assert body == b"public/robots.txt"
    # It asks the storage for the name, which the manifest does not have.
    assert "immutable" not in cached
    assert server.requests.counts() == {"GetObject": 1}
