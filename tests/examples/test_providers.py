"""The settings in examples/providers, each collected with into a real server."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import override_settings

from tests.servers.proxy import RecordingProxy
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.clouds import Azure, Cloud, GoogleCloud
from tests.sites.output import Output

# django-storages' own, whenever an AzureStorage is constructed.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)

EXAMPLES = Path(__file__).parents[2] / "examples/providers"
ENVIRONMENT = {
    "S3_ACCESS_KEY": "key",
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "BUCKET": "bucket",
    "R2_ACCOUNT_ID": "account",
    "S3_SECRET_KEY": "secret",
    "STATIC_DOMAIN": "static.example.com",
}
ENDPOINTS = {
    "s3": "",
    "r2": "https://account.r2.cloudflarestorage.com",
    "b2": "https://s3.us-west-004.backblazeb2.com",
    "spaces": "https://nyc3.digitaloceanspaces.com",
    "minio": "http://127.0.0.1:9000",
    "gcs_interop": "https://storage.googleapis.com",
}
# Their S3 interfaces refuse, or did, what boto3 adds by default.
WITHOUT_CHECKSUMS = {"r2", "b2", "gcs_interop"}
# Two files, their hashed forms and the manifest.
OBJECTS = 5


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(EXAMPLES.parent)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("STATIC_ROOT", str(tmp_path / "root"))


@pytest.fixture
def s3_proxy(server: S3Server) -> Iterator[RecordingProxy]:
    proxy = RecordingProxy()
    proxy.upstream = server.url
    with proxy.running():
        yield proxy


def load(name: str) -> dict[str, Any]:
    """Return the settings as the environment makes them now."""
    module = importlib.import_module(f"providers.{name}")
    settings = vars(importlib.reload(module))
    # Django does not let go of a secret key for the empty one of the tests.
    return {
        name: value
        for name, value in settings.items()
        if name.isupper() and name != "SECRET_KEY"
    }


def collect(settings: dict[str, Any]) -> str:
    """Collect twice, and return what is said of the objects."""
    for _ in range(2):
        stdout = StringIO()
        with override_settings(**settings):
            call_command("collectstatic", "--noinput", stdout=stdout)
    return Output(stdout.getvalue()).sent


def test_every_example_is_run() -> None:
    names = {path.stem for path in EXAMPLES.glob("*.py")}
    helpers = {"__init__", "common", "create", "network_mount"}

    assert names - helpers == {*ENDPOINTS, "gcloud", "azure", "filesystem"}


@pytest.mark.parametrize("name", ENDPOINTS)
def test_s3_and_services_like_it(
    name: str, s3_proxy: RecordingProxy, server: S3Server
) -> None:
    settings = load(name)
    options = settings["STORAGES"]["staticfiles"]["OPTIONS"]
    bucket = Bucket(server.url, options["bucket_name"])
    assert options.get("endpoint_url", "") == ENDPOINTS[name]
    options["endpoint_url"] = s3_proxy.url

    assert collect(settings) == f"{OBJECTS} objects: 0 uploaded, {OBJECTS} unchanged."

    assert len(bucket.keys()) == OBJECTS
    puts = [one for one in s3_proxy.requests if one.operation == "PUT"]
    assert len(puts) == OBJECTS
    if name in WITHOUT_CHECKSUMS:
        assert not any("checksum" in str(one.headers).lower() for one in puts)


def collect_as_it_stands(name: str) -> None:
    settings = load(name)
    with override_settings(**settings):
        importlib.import_module("providers.create").create(storages["staticfiles"])

    assert collect(settings) == f"{OBJECTS} objects: 0 uploaded, {OBJECTS} unchanged."


def test_emulators_of_s3(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    monkeypatch.setenv("MINIO_HOST", server.url.removeprefix("http://"))

    for name in ("s3", "minio"):
        monkeypatch.setenv("BUCKET", f"bucket-of-{name}")
        collect_as_it_stands(name)

    assert server.requests.counts()["PutObject"] == 2 * OBJECTS


def test_emulator_of_google(
    google_cloud: GoogleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    google_cloud.drop(google_cloud.container)
    monkeypatch.setenv("BUCKET", google_cloud.container)

    collect_as_it_stands("gcloud")

    assert cached(google_cloud) == {"public, max-age=3600"}


def test_emulator_of_azure(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    azure.drop(azure.container)
    azure.container += "-again"
    monkeypatch.setenv("AZURE_CONTAINER", azure.container)
    monkeypatch.setenv(
        "AZURE_STORAGE_CONNECTION_STRING", azure.proxy.connection_string()
    )

    collect_as_it_stands("azure")

    assert cached(azure) == {"public, max-age=3600"}


def cached(cloud: Cloud) -> set[str | None]:
    assert len(cloud.keys()) == OBJECTS
    return {stored.cache_control for stored in cloud.objects().values()}


def test_directory(tmp_path: Path) -> None:
    settings = load("filesystem")

    assert collect(settings) == f"{OBJECTS} objects: 0 uploaded, {OBJECTS} unchanged."

    assert len([*(tmp_path / "root").iterdir()]) == OBJECTS
