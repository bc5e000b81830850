"""The settings in the guides are accepted, and make the URLs that browsers ask for."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.utils.module_loading import import_string

from faststatic_storages.providers import provider_for
from tests.docs.snippets import python_in

# django-storages' own, whenever an AzureStorage is constructed.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)

CDN = "https://static.example.com/"
# Of each guide, where its settings in turn say that the static files are.
PLACES = {
    "s3": ["https://my-site.s3.amazonaws.com/", CDN],
    "s3-compatible": [
        CDN,
        "https://my-site.nyc3.cdn.digitaloceanspaces.com/",
        "https://minio.example.com/my-site/",
        "https://s3.us-west-004.backblazeb2.com/my-site/",
    ],
    "gcloud": ["https://storage.googleapis.com/my-site/", CDN],
    "azure": ["https://mysite.blob.core.windows.net/static/"] * 2 + [f"{CDN}static/"],
}
GUIDES = [
    (guide, number, place)
    for guide, places in PLACES.items()
    for number, place in enumerate(places)
]


@pytest.fixture(autouse=True)
def _accounts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the SDKs find credentials, which nobody sends."""
    identity = SimpleNamespace(
        DefaultAzureCredential=lambda: SimpleNamespace(get_token=None)
    )
    monkeypatch.setitem(sys.modules, "azure.identity", identity)
    key = tmp_path / "google.json"
    secrets = dict.fromkeys(("client_id", "client_secret", "refresh_token"), "a2V5")
    key.write_text(json.dumps({"type": "authorized_user", **secrets}))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(key))
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "my-project")
    # Other tests have an emulator, for the whole session.
    for variable in ("AWS_ENDPOINT_URL_S3", "STORAGE_EMULATOR_HOST"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.fixture
def manifest_storage(tmp_path: Path) -> FileSystemStorage:
    """Return where a manifest is read without a request."""
    paths = {"base.css": "base.1.css"}
    manifest = json.dumps({"version": "1.1", "paths": paths, "hash": ""})
    (tmp_path / "staticfiles.json").write_text(manifest)
    return FileSystemStorage(tmp_path)


@pytest.mark.parametrize(("guide", "number", "place"), GUIDES)
def test_settings_of_a_guide(
    guide: str,
    number: int,
    place: str,
    manifest_storage: FileSystemStorage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    snippet, module = python_in(f"docs/{guide}.rst")[number], dict[str, Any]()
    for variable in re.findall(r'os\.environ\["(\w+)"\]', snippet):
        monkeypatch.setenv(variable, "a2V5")
    exec(snippet, module)
    settings = module["STORAGES"]["staticfiles"]

    storage = import_string(settings["BACKEND"])(
        **settings["OPTIONS"], manifest_storage=manifest_storage
    )
    provider_for(storage).check()

    assert storage.url("base.css") == f"{place}static/base.1.css"


def test_google_s_manifest_class_and_ours_make_the_same_urls(
    manifest_storage: FileSystemStorage,
) -> None:
    *_, before, after = python_in("docs/migrating.rst")

    urls = []
    for snippet in (before, after):
        module: dict[str, Any] = {}
        exec(snippet, module)
        storage = module["StaticStorage"](
            bucket_name="my-site", manifest_storage=manifest_storage
        )
        urls.append(storage.url("base.css"))

    assert urls == [f"{PLACES['gcloud'][0]}static/base.1.css"] * 2


def test_every_guide_is_tested() -> None:
    assert all(
        len(python_in(f"docs/{guide}.rst")) == len(places)
        for guide, places in PLACES.items()
    )
