"""What the settings of a storage tell, before anything runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import storages
import storages.backends
from django.core.checks import Error, Warning

from faststatic_storages.providers.misconfigured import Problem
from tests.checks.checking import check, hint, ids
from tests.servers.s3 import S3Server
from tests.sites.site import MANIFEST, PLAIN, STOCK_PLAIN, Site

AMAZON = "https://s3.eu-central-1.amazonaws.com"
HERE = "tests.checks.storages"
TRAPS: list[tuple[dict[str, Any], str, str]] = [
    ({"max_worker": 4}, "E004", "Did you mean 'max_workers'?"),
    ({"max_workers": 0}, "E005", "a whole number, 1 or more"),
    ({"transport": "fast"}, "E005", "'auto', 'obstore', 'sdk'"),
    ({"probe": "yes"}, "E005", "True or False"),
    ({"headers": [1]}, "E005", "\"headers\": [('*.woff2', "),
    ({"bucket_name": None}, "E006", 'Set "bucket_name" in its OPTIONS'),
    ({"file_overwrite": False}, "E007", 'Add "file_overwrite": True to OPTIONS'),
    ({"exclusive": False}, "W001", 'Set OPTIONS["location"], such as to "static"'),
    (
        {"querystring_auth": True, "custom_domain": None},
        "W003",
        'Add "querystring_auth": False to OPTIONS',
    ),
    (
        {"default_acl": "public-read", "endpoint_url": AMAZON},
        "W004",
        'add "default_acl": None to OPTIONS',
    ),
    ({"default_acl": "private", "endpoint_url": None}, "W004", "bucket policy"),
    ({"endpoint_url": "http://bucket.store.example"}, "W006", "'http://store.example'"),
]


@pytest.mark.parametrize(
    ("options", "number", "remedy"), TRAPS, ids=[str(options) for options, *_ in TRAPS]
)
def test_trap_has_an_id_and_a_hint(
    site: Site, options: dict[str, Any], number: str, remedy: str
) -> None:
    [message] = check(site, **options)

    assert ids([message]) == [number]
    assert type(message) is (Error if number.startswith("E") else Warning)
    assert message.obj == 'STORAGES["staticfiles"]'
    assert remedy in hint(message)
    anchor = f"docs/checks.rst#faststatic-storages-{number.lower()}."
    assert hint(message).endswith(anchor)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"default_acl": "public-read"},
        {"endpoint_url": None},
        {"querystring_auth": True},
        {"location": "static", "exclusive": False},
    ],
    ids=str,
)
@pytest.mark.parametrize("backend", [PLAIN, MANIFEST], ids=["plain", "manifest"])
def test_right_settings_and_no_request(
    site: Site, server: S3Server, backend: str, options: dict[str, Any]
) -> None:
    assert check(site, backend, **options) == []
    assert server.requests == []


def test_storage_of_another_kind(site: Site, tmp_path: Path) -> None:
    local = {
        "BACKEND": "tests.sites.generic_storages.LocalManifest",
        "OPTIONS": {"location": tmp_path, "base_url": "/static/"},
    }

    assert check(site, others={"local": local}) == []

    local["OPTIONS"] = {"loction": tmp_path}
    [message] = check(site, others={"local": local})
    assert ids([message]) == ["E015"]
    assert message.obj == 'STORAGES["local"]'
    assert "TypeError" in message.msg
    assert "loction" in message.msg


def test_location_of_another_alias(site: Site) -> None:
    media = site.settings(STOCK_PLAIN)["STORAGES"]["staticfiles"]
    media["OPTIONS"]["location"] = "static/media"
    others = {"default": media, "broken": {"BACKEND": STOCK_PLAIN, "OPTIONS": {"a": 1}}}

    [message] = check(site, location="static", exclusive=False, others=others)

    assert ids([message]) == ["W002"]
    assert 'STORAGES["default"]' in message.msg


def test_what_is_not_ours_is_not_looked_at(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "failing_storage.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(tmp_path)
    backends = ["nowhere.Storage", "failing_storage.Storage", STOCK_PLAIN]
    others: dict[str, Any] = {"empty": {}}
    others |= {backend: {"BACKEND": backend} for backend in backends}

    assert check(site, others=others) == []


def test_without_a_storage_of_ours_nothing_is_said(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storages, "__version__", "1.13")

    assert check(site, STOCK_PLAIN, file_overwrite=False) == []


@pytest.mark.parametrize(
    ("backend", "right"),
    [
        ("s3.S3ManifestStorage", "backends.s3.S3ManifestStaticStorage'?"),
        ("gcs.GoogleCloudStorage", "backends: azure_storage, gcloud, s3"),
    ],
    ids=["class", "module"],
)
def test_class_that_is_not_there(site: Site, backend: str, right: str) -> None:
    [message] = check(site, f"faststatic_storages.backends.{backend}")

    assert ids([message]) == ["E002"]
    assert right in hint(message)


def test_sdk_that_is_not_installed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = "faststatic_storages.backends.azure_storage"
    monkeypatch.delitem(sys.modules, ours, raising=False)
    monkeypatch.setitem(sys.modules, "storages.backends.azure_storage", None)
    monkeypatch.delattr(storages.backends, "azure_storage", raising=False)

    [message] = check(site, others={"azure": {"BACKEND": f"{ours}.AzureStaticStorage"}})

    assert ids([message]) == ["E001"]
    assert 'pip install "faststatic-storages[azure]"' in hint(message)


def test_wrong_order_of_bases(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong_order.py").write_text(
        "from storages.backends.s3 import S3StaticStorage\n"
        "from faststatic_storages import PreloadMetadataMixin\n"
        "class Mine(S3StaticStorage, PreloadMetadataMixin): ...\n"
    )
    monkeypatch.syspath_prepend(tmp_path)

    [message] = check(site, others={"mine": {"BACKEND": "wrong_order.Mine"}})

    assert ids([message]) == ["E003"]
    assert "class Mine(PreloadMetadataMixin, S3StaticStorage): ..." in hint(message)


@pytest.mark.parametrize(
    ("name", "number", "told"),
    [
        ("Unreleased", "E015", "There is no release. Set it."),
        ("Failing", "E015", "LookupError: no such tenant, password=…"),
        ("WithoutProvider", "E011", "cannot be imported"),
        ("WithDoubts", "W008", "The moon is full. Wait a day."),
    ],
)
def test_class_of_the_project(site: Site, name: str, number: str, told: str) -> None:
    [message] = check(site, f"{HERE}.{name}")

    assert ids([message]) == [number]
    assert told in message.msg


@pytest.mark.parametrize("version", ["1.14.4", "1.9"])
def test_old_django_storages(
    site: Site, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setattr(storages, "__version__", version)

    [message] = check(site)

    assert ids([message]) == [Problem.OLD_DJANGO_STORAGES]
    assert 'pip install "django-storages>=1.14.5"' in hint(message)


def test_web_process_imports_nothing_of_it(site: Site) -> None:
    code = (
        "import sys; from django.conf import settings;"
        "settings.INSTALLED_APPS += ['faststatic_storages'];"
        "import django; django.setup();"
        "from django.contrib.staticfiles.storage import staticfiles_storage;"
        "staticfiles_storage.exists;"
        "print('faststatic_storages.checks' in sys.modules)"
    )

    assert site.output_of(code, backend=PLAIN) == ["False"]
