"""A storage that is pickled or copied, as test runners and caches do."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.generic_storages import LocalManifest
from tests.sites.site import MANIFEST, PLAIN, STOCK_MANIFEST, STOCK_PLAIN, Site

COPIES: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda storage: pickle.loads(pickle.dumps(storage)),
    "pickle of protocol 0": lambda storage: pickle.loads(pickle.dumps(storage, 0)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}
EACH = pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)


@pytest.fixture
def site(site: Site) -> Site:
    site.write({"app.js": "1", "css/base.css": "b { background: url(../logo.png) }"})
    site.write({"logo.png": "PNG"})
    site.collect()
    return site


@EACH
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(MANIFEST, STOCK_MANIFEST), (PLAIN, STOCK_PLAIN)],
    ids=["manifest", "plain"],
)
def test_copy_answers_as_the_storage(
    site: Site, copied: Callable[[Any], Any], ours: str, theirs: str
) -> None:
    def answers(backend: str) -> tuple[object, ...]:
        storage = copied(site.storage(backend))
        return (
            storage.url("app.js"),
            storage.exists("app.js"),
            storage.exists("missing.js"),
            storage.size("logo.png"),
            storage.listdir("css"),
        )

    assert answers(ours) == answers(theirs)


@EACH
def test_copy_of_a_storage_that_was_used(
    site: Site, copied: Callable[[Any], Any]
) -> None:
    storage = site.storage()
    storage.url("app.js")
    storage.exists("app.js")
    storage.save("web.txt", ContentFile(b"web"))

    assert copied(storage).url("app.js") == storage.url("app.js")
    assert copied(storage).exists("web.txt")


@EACH
def test_manifest_needs_no_second_read(
    site: Site, server: S3Server, copied: Callable[[Any], Any]
) -> None:
    storage = site.storage()
    seen = len(server.requests)

    copied(storage).url("app.js")

    assert server.requests[seen:] == []


@EACH
def test_copy_after_the_run_of_its_process(
    site: Site, copied: Callable[[Any], Any]
) -> None:
    storage = site.storage()
    with storage.staged():
        storage.save("new.txt", ContentFile(b"new"))

    assert copied(storage).url("app.js") == storage.url("app.js")


@EACH
def test_copy_of_a_storage_without_a_readable_manifest(
    site: Site, bucket: Bucket, copied: Callable[[Any], Any]
) -> None:
    bucket.put("staticfiles.json", b"{")
    storage = copied(site.storage())

    with pytest.raises(ValueError, match=r"staticfiles\.json.*Run collectstatic"):
        storage.url("app.js")


# boto3's configuration of transfers does not survive a pickle or a deepcopy: of an S3
# storage these cannot save, ours or stock.
@EACH
def test_copy_of_a_local_storage(tmp_path: Path, copied: Callable[[Any], Any]) -> None:
    storage = LocalManifest(location=tmp_path, base_url="/static/")
    storage.hashed_files = {"app.js": "app.1.js"}

    other = copied(storage)
    assert other.stored_name("app.js") == "app.1.js"

    with storage.staged():
        storage.save("new.txt", ContentFile(b"new"))
        unaware = copied(storage)
        assert not unaware.exists("new.txt")
        unaware.save("at-once.txt", ContentFile(b"!"))
        assert (tmp_path / "at-once.txt").exists()

    with other.staged():
        other.save("staged.txt", ContentFile(b"!"))
        assert not (tmp_path / "staged.txt").exists()
        assert not storage.exists("staged.txt")
    assert storage.exists("staged.txt")


def test_shallow_copy_is_collected_into(site: Site, bucket: Bucket) -> None:
    storage = copy.copy(site.storage())

    with storage.staged():
        storage.save("new.txt", ContentFile(b"new"))
        assert not copy.copy(storage).exists("new.txt")

    assert bucket.get("new.txt").body == b"new"
