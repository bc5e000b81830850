"""What a block does to files answers at once, and reaches the bucket at its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from tests.run.blocks import block_that_raises
from tests.servers.s3 import Requests, S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, STOCK_PLAIN, Site

UNLISTED = "tests.sites.generic_storages.ObjectStoreUnlisted"
GENERIC_UNLISTED = "tests.sites.generic_storages.RemoteUnlisted"
GENERIC_LISTED = "tests.sites.generic_storages.RemoteManifest"
KINDS = {
    "listed": PLAIN,
    "not listed": UNLISTED,
    "generic": GENERIC_LISTED,
    "generic, not listed": GENERIC_UNLISTED,
}
EACH = pytest.mark.parametrize("backend", KINDS.values(), ids=KINDS)

QUESTIONS: dict[str, Callable[[Any], object]] = {
    "size": lambda storage: storage.size("old.txt"),
    "get_modified_time": lambda storage: storage.get_modified_time("old.txt"),
    "open": lambda storage: storage.open("old.txt").read(),
}


def error_of(question: Callable[[Any], object], storage: Any) -> Exception:
    with pytest.raises(Exception, match=r"old\.txt|404") as failure:
        question(storage)
    return failure.value


@EACH
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_deleted_file_is_missing_as_with_stock(
    site: Site, bucket: Bucket, backend: str, question: Callable[[Any], object]
) -> None:
    stock = error_of(question, site.storage(STOCK_PLAIN))
    bucket.put("old.txt", b"12")
    storage = site.storage(backend)

    with storage.staged():
        storage.delete("old.txt")
        assert not storage.exists("old.txt")
        error = error_of(question, storage)

    # Where boto3's own error comes through, the block says what Django's storages do.
    assert isinstance(error, FileNotFoundError) or type(error) is type(stock)


@EACH
@pytest.mark.parametrize("mode", ["wb", "w"])
def test_file_written_through_open_is_staged(
    site: Site, bucket: Bucket, server: S3Server, backend: str, mode: str
) -> None:
    bucket.put("old.txt", b"before")
    storage = site.storage(backend)
    text: Any = "after" if mode == "w" else b"after"

    with block_that_raises(storage), storage.open("old.txt", mode) as file:
        file.write(text)
    assert bucket.get("old.txt").body == b"before"

    seen = len(server.requests)
    with storage.staged():
        with storage.open("old.txt", mode) as file:
            file.write(text)
            file.write(text)
        with storage.open("old.txt") as file:
            assert file.read() == b"afterafter"
        assert storage.size("old.txt") == 10
        assert Requests(server.requests[seen:]).keys() == []

    assert bucket.get("old.txt").body == b"afterafter"


@EACH
def test_saved_then_deleted_is_gone_at_the_end(
    site: Site, bucket: Bucket, backend: str
) -> None:
    bucket.put("old.txt", b"old")
    storage = site.storage(backend)

    with storage.staged():
        storage.delete("old.txt")
        storage.save("old.txt", ContentFile(b"new"))
        storage.delete("old.txt")
        assert not storage.exists("old.txt")
        assert bucket.get("old.txt").body == b"old"

    assert bucket.keys() == []


@EACH
def test_deleted_then_saved_is_there_at_the_end(
    site: Site, bucket: Bucket, server: S3Server, backend: str
) -> None:
    bucket.put("old.txt", b"old")
    storage = site.storage(backend)

    with storage.staged():
        storage.delete("old.txt")
        assert storage.save("old.txt", ContentFile(b"new")) == "old.txt"
        assert storage.exists("old.txt")
        assert storage.size("old.txt") == 3
        with storage.open("old.txt") as file:
            assert file.read() == b"new"
        assert bucket.get("old.txt").body == b"old"

    assert bucket.get("old.txt").body == b"new"
    assert bucket.keys() == ["old.txt"]


def test_deleted_and_saved_with_the_same_bytes_costs_nothing(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    bucket.put("old.txt", b"old")
    storage = site.storage(PLAIN)
    seen = len(server.requests)

    with storage.staged():
        storage.delete("old.txt")
        storage.save("old.txt", ContentFile(b"old"))

    assert Requests(server.requests[seen:]).counts() == {"ListObjectsV2": 1}


@EACH
def test_what_never_was_is_saved_and_deleted_without_a_trace(
    site: Site, bucket: Bucket, server: S3Server, backend: str
) -> None:
    storage = site.storage(backend)
    seen = len(server.requests)

    with storage.staged():
        storage.save("new.txt", ContentFile(b"new"))
        storage.delete("new.txt")

    assert bucket.keys() == []
    assert Requests(server.requests[seen:]).keys() == []


@EACH
def test_failed_block_deletes_nothing(site: Site, bucket: Bucket, backend: str) -> None:
    bucket.put("old.txt", b"old")
    storage = site.storage(backend)

    with block_that_raises(storage):
        storage.save("old.txt", ContentFile(b"new"))
        storage.delete("old.txt")

    assert bucket.get("old.txt").body == b"old"
    assert storage.exists("old.txt")
    assert storage.size("old.txt") == 3
