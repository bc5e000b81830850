"""The example of a provider of one's own keeps the contract, and collects."""

from __future__ import annotations

import importlib
import runpy
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from faststatic_storages.providers import ProviderError, provider_for
from faststatic_storages.sync.content import HeldBytes
from faststatic_storages.testing import ProviderConformance
from tests.servers.webdav import WebDAVServer

EXAMPLE = Path(__file__).parents[2] / "examples/webdav"


@pytest.fixture
def dav() -> Iterator[WebDAVServer]:
    server = WebDAVServer()
    with server.running():
        yield server


@pytest.fixture
def storage(dav: WebDAVServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(EXAMPLE)
    module = importlib.import_module("store.provider")
    return module.StaticStorage(base_url=dav.url, location="static/")


class TestWebDAV(ProviderConformance):
    tells_digests = False
    sizes = (0, 2_000_000)

    @pytest.fixture
    def storage(self, storage: Any, dav: WebDAVServer) -> Any:
        dav.files["static-old/kept.txt"] = b"x"
        return storage


@pytest.fixture
def collect(
    dav: WebDAVServer, storage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    monkeypatch.setenv("WEBDAV_URL", dav.url)
    settings = runpy.run_path(str(EXAMPLE / "settings.py"))
    (tmp_path / "app.js").write_text("1")

    def collect(*arguments: str) -> str:
        stdout = StringIO()
        with override_settings(
            INSTALLED_APPS=settings["INSTALLED_APPS"],
            STATIC_URL=settings["STATIC_URL"],
            STATICFILES_DIRS=[tmp_path],
            STORAGES=settings["STORAGES"],
        ):
            call_command("collectstatic", "--noinput", *arguments, stdout=stdout)
        return stdout.getvalue()

    return collect


def test_example_collects(dav: WebDAVServer, storage: Any, collect: Any) -> None:
    dav.files["static/left.txt"] = b"x"

    collect("--clear")

    hashed = "static/app.c4ca4238a0b9.js"
    assert {*dav.files} == {"static/app.js", hashed, "static/staticfiles.json"}
    web = type(storage)(base_url=dav.url, location="static/")
    assert web.url("app.js") == f"{dav.url}{hashed}"


def test_example_knows_an_unchanged_file_by_its_name(storage: Any) -> None:
    provider = provider_for(storage)
    info = provider.put(provider.upload("static/a.js", HeldBytes(b"1")))

    assert provider.is_unchanged(HeldBytes(b"1"), info, named_by_content=True)
    assert not provider.is_unchanged(HeldBytes(b"1"), info, named_by_content=False)


def test_example_is_a_storage_without_a_run(dav: WebDAVServer, storage: Any) -> None:
    dav.files["static/a.js"] = b"1"

    assert storage.exists("a.js")
    storage.delete("a.js")
    assert not storage.exists("a.js")


@pytest.mark.parametrize(
    ("method", "arguments", "message"),
    [
        ("PROPFIND", [], "Could not list"),
        ("PUT", [], "could not be uploaded"),
        ("DELETE", ["--clear"], "Could not delete from"),
    ],
)
def test_refusals_are_explained(
    dav: WebDAVServer, collect: Any, method: str, arguments: list[str], message: str
) -> None:
    dav.files["static/left.txt"] = b"x"
    dav.refused.add(method)

    with pytest.raises(CommandError, match=rf"(?s){message}.*403.*Let this machine"):
        collect(*arguments)


def test_read_that_is_refused_is_explained(dav: WebDAVServer, storage: Any) -> None:
    dav.refused.add("GET")

    with pytest.raises(ProviderError, match=r"Could not read .*Let this machine read"):
        provider_for(storage).get("static/a.js")


def test_address_without_a_slash_is_refused(dav: WebDAVServer, storage: Any) -> None:
    storage.base_url = dav.url.rstrip("/")

    with pytest.raises(ImproperlyConfigured, match="end in a slash"):
        provider_for(storage).check()
