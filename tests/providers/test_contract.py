"""The contract of a provider, kept by each of them against a real server."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.exceptions import SuspiciousOperation
from django.core.files.base import ContentFile

from faststatic_storages import PreloadMetadataMixin
from faststatic_storages.providers import provider_for
from faststatic_storages.providers.base import Provider
from faststatic_storages.sync.content import HeldBytes
from faststatic_storages.sync.equality import is_unchanged
from faststatic_storages.sync.index import ObjectInfo
from tests.sites.bucket import Bucket
from tests.sites.clouds import Azure, GoogleCloud
from tests.sites.site import PLAIN, Site

# django-storages' own, whenever an AzureStorage is constructed.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)

NAMES = [
    "a.txt",
    "LICENSE",
    "css/deep/down/base.css",
    "with space/a b.png",
    "signs/plus+plus.png",
    "signs/100%.txt",
    "signs/a%20b.txt",
    "signs/#1.txt",
    "signs/what?.txt",
    'signs/it\'s & "that"~.txt',
    "ünïcode/日本.png",
]


class Local(PreloadMetadataMixin, StaticFilesStorage):  # type: ignore[misc]
    pass


# Each in the location "static" of a store that has something next to it and, as some
# tools leave it, an object in the place of the directory.


@pytest.fixture
def s3_storage(site: Site, bucket: Bucket) -> Any:
    bucket.put("static-old/kept.txt", b"x")
    bucket.put("static/", b"")
    return site.storage(PLAIN, location="static")


@pytest.fixture
def gcloud_storage(google_cloud: GoogleCloud) -> Any:
    google_cloud.put("static-old/kept.txt", b"x")
    google_cloud.put("static/", b"")
    return google_cloud.storage(location="static")


@pytest.fixture
def azure_storage(azure: Azure) -> Any:
    azure.put("static-old/kept.txt", b"x")
    azure.put("static/", b"")
    return azure.storage(location="static")


@pytest.fixture
def local_storage(tmp_path: Path) -> Any:
    (tmp_path / "static-old").mkdir()
    (tmp_path / "static-old/kept.txt").touch()
    return Local(tmp_path / "static", "/static/")


@pytest.fixture(params=["s3", "gcloud", "azure", "local"])
def storage(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(f"{request.param}_storage")


@pytest.fixture
def provider(storage: Any) -> Provider:
    provider: Provider = provider_for(storage)
    provider.check()
    return provider


@pytest.fixture
def put(provider: Provider) -> Callable[[str, bytes], ObjectInfo]:
    def put(name: str, body: bytes) -> ObjectInfo:
        return provider.put(provider.upload(provider.key(name), HeldBytes(body)))

    return put


Put = Callable[[str, bytes], ObjectInfo]


def test_empty_location_lists_nothing(provider: Provider) -> None:
    assert [*provider.list()] == []


def test_every_name_arrives_as_it_is(provider: Provider, put: Put) -> None:
    for name in NAMES:
        put(name, name.encode())

    listed = {info.key for info in provider.list()}

    assert listed == {provider.key(name) for name in NAMES}
    assert [provider.get(provider.key(name)).decode() for name in NAMES] == NAMES


@pytest.mark.parametrize("size", [0, 1, 2_000_000, 9_000_000])
def test_listing_proves_that_an_object_is_unchanged(
    provider: Provider, put: Put, size: int
) -> None:
    content = HeldBytes(random.Random(size).randbytes(size))

    stored = put("a.bin", content.data)
    [listed] = provider.list()

    assert (listed.key, listed.size) == (stored.key, stored.size)
    assert listed.modified.tzinfo is not None
    assert is_unchanged(content, listed, provider.part_sizes)
    assert not is_unchanged(HeldBytes(b"x" * size + b"!"), listed, provider.part_sizes)


def test_put_replaces(provider: Provider, put: Put) -> None:
    put("a.txt", b"old")
    put("a.txt", b"new")

    assert provider.get(provider.key("a.txt")) == b"new"
    assert len([*provider.list()]) == 1


def test_missing_file_is_not_found(provider: Provider) -> None:
    with pytest.raises(FileNotFoundError, match=r"missing\.txt"):
        provider.get(provider.key("missing.txt"))


def test_delete_takes_what_is_there_and_no_more(provider: Provider, put: Put) -> None:
    for name in ("a.txt", "b/c.txt", "kept.txt"):
        put(name, b"x")

    keys = [provider.key(name) for name in ("a.txt", "b/c.txt", "missing.txt")]
    provider.delete(keys)
    provider.delete([])

    assert [info.key for info in provider.list()] == [provider.key("kept.txt")]


def test_keys_are_under_the_prefix(provider: Provider) -> None:
    prefix = provider.key("")

    assert provider.key("css/") == f"{prefix}css/"
    assert provider.key("./css//a.css") == f"{prefix}css/a.css"
    assert prefix in ("", "static/")


@pytest.mark.parametrize("name", ["../outside.txt", "a/../../outside.txt"])
def test_names_outside_of_the_location(provider: Provider, name: str) -> None:
    with pytest.raises(SuspiciousOperation):
        provider.key(name)


@pytest.mark.parametrize("name", ["a.txt", "css/b.css"])
def test_clean_name_is_what_the_storage_returns(
    storage: Any, provider: Provider, name: str
) -> None:
    assert provider.clean_name(name) == storage.save(name, ContentFile(b"x"))


def test_object_is_what_the_storage_itself_would_have_saved(
    storage: Any, provider: Provider, put: Put
) -> None:
    storage.save("a.css", ContentFile(b"body {}"))
    [saved] = provider.list()

    assert is_unchanged(HeldBytes(b"body {}"), saved, provider.part_sizes)
    with storage.open("a.css") as file:
        assert file.read() == provider.get(provider.key("a.css"))


def test_unknown_error_is_explained(provider: Provider) -> None:
    explanation = provider.explain(RuntimeError("Something broke."), "upload")

    assert str(explanation) == (
        "RuntimeError: Something broke. Cure the cause and run the command again."
    )
