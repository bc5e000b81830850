"""What else of Django meets the storage: none of it may cost a request."""

from __future__ import annotations

import asyncio
import builtins
import socket
import threading
import time
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.templatetags.static import static
from django.test import override_settings
from django.test.runner import DiscoverRunner

from tests.beside.pages import SETTINGS
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, STOCK_MANIFEST, Site

WAITING = (
    (builtins, "open"),
    (socket.socket, "connect"),
    (socket.socket, "recv_into"),
    (socket.socket, "sendall"),
    (time, "sleep"),
)


@pytest.fixture
def site(site: Site) -> Site:
    site.write({"app.js": "1", "css/base.css": "b { background: url(../app.js) }"})
    return site


def test_findstatic_asks_the_finders_alone(site: Site, server: S3Server) -> None:
    stdout = StringIO()

    with override_settings(**site.settings()):
        call_command("findstatic", "app.js", verbosity=0, stdout=stdout)

    assert stdout.getvalue() == f"{site.sources / 'app.js'}\n"
    assert server.requests == []


def test_runner_of_a_project_s_tests_sends_nothing(
    site: Site, server: S3Server
) -> None:
    runner = DiscoverRunner(verbosity=0, interactive=False)

    with override_settings(**site.settings(), **SETTINGS):
        failures = runner.run_tests(["tests.beside.suite"])

    assert failures == 0
    assert server.requests == []


def test_debug_changes_urls_and_nothing_else(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    """A project's machine for development may deploy as well."""
    site.collect()
    without = bucket.objects()

    with override_settings(DEBUG=True):
        run = site.collect()
        urls = [
            site.storage(backend).url("css/base.css")
            for backend in (STOCK_MANIFEST, MANIFEST)
        ]

    assert run.requests.counts() == {"ListObjectsV2": 1, "GetObject": 1}
    assert bucket.objects() == without
    assert urls == ["https://static.example.com/css/base.css"] * 2


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What this thread calls that may have to wait for something."""
    waited: list[str] = []
    thread = threading.get_ident()

    def watch(owner: Any, name: str) -> None:
        wait = getattr(owner, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            if threading.get_ident() == thread:
                waited.append(name)
            return wait(*args, **kwargs)

        monkeypatch.setattr(owner, name, watched)

    for owner, name in WAITING:
        watch(owner, name)
    return waited


def test_url_does_not_block_an_event_loop(site: Site, waited: list[str]) -> None:
    site.collect()

    async def page() -> list[str]:
        waited.clear()
        static("app.js")
        static("css/base.css")
        return [*waited]

    with override_settings(**site.settings()):
        # The first look reads the manifest.
        assert "sendall" in asyncio.run(page())
        assert asyncio.run(page()) == []
