"""Another deploy that publishes while a run is on its way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from django.core.files.storage import FileSystemStorage
from django.core.management.base import CommandError

from faststatic_storages.backends.s3 import S3ManifestStaticStorage
from tests.hostile.figures import Figures
from tests.hostile.looking import holds_release, look
from tests.servers import switches
from tests.servers.s3 import Request, S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import Site

LAST_WEEK = {"css/base.css": "b { background: url(../logo.png) }", "logo.png": "old"}
TODAY = {**LAST_WEEK, "logo.png": "new"}
ROLLBACK = {**LAST_WEEK, "app.js": "1"}
MANIFEST_KEY = "staticfiles.json"
NOTICE = "Another deploy has published since this one began, and this one replaces it: "
BOTH = pytest.mark.parametrize("transport", ["sdk", "obstore"])


@pytest.fixture
def site(site: Site) -> Site:
    """A site that has deployed twice."""
    for release in (LAST_WEEK, TODAY):
        site.write(release)
        site.collect()
    return site


@pytest.fixture
def beside(tmp_path: Path, server: S3Server, bucket: Bucket) -> Site:
    """The same site on another machine."""
    (directory := tmp_path / "beside").mkdir()
    return Site(directory, server, bucket.name)


def publish(beside: Site, release: Mapping[str, str], **options: Any) -> None:
    """Deploy without the command, for the command of this process is running."""
    beside.write(release)
    sources = FileSystemStorage(beside.sources)
    storage = beside.storage(**options)
    for _ in storage.post_process({name: (sources, name) for name in release}):
        pass


def clear(bucket: Bucket, release: Mapping[str, str]) -> None:
    """Delete at once whatever nobody names, as ``--clear`` does without a grace."""
    names = {MANIFEST_KEY, *release, *bucket.paths().values()}
    for key in {*bucket.keys()} - names:
        bucket.client.delete_object(Bucket=bucket.name, Key=key)


def at(
    server: S3Server, operation: str, key: str, number: int, do: Callable[[], object]
) -> None:
    """Have something done in front of the n-th of these requests."""
    arrived = count(1)

    def react(request: Request) -> None:
        if next(arrived) == number:
            do()

    server.react(react, operation, key=key)


def names_are_right(bucket: Bucket) -> bool:
    return look(bucket, Figures("", lambda *_: None)).is_whole


def is_whole(bucket: Bucket, release: Mapping[str, str]) -> bool:
    return names_are_right(bucket) and holds_release(bucket, release)


@BOTH
@pytest.mark.parametrize(
    ("operation", "key", "number"),
    [
        ("PutObject", "app.js", 1),
        ("GetObject", MANIFEST_KEY, 2),
        ("PutObject", MANIFEST_KEY, 1),
    ],
    ids=["while it uploads", "before it looks", "after it has looked"],
)
def test_what_another_has_deleted_is_sent_again(
    site: Site,
    beside: Site,
    bucket: Bucket,
    server: S3Server,
    transport: str,
    operation: str,
    key: str,
    number: int,
) -> None:
    site.write(ROLLBACK)
    newest = {**TODAY, "logo.png": "newest"}

    def deploy() -> None:
        publish(beside, newest)
        clear(bucket, newest)

    at(server, operation, key, number, deploy)
    run = site.collect(transport=transport)

    assert NOTICE in run.stdout
    assert is_whole(bucket, ROLLBACK)
    assert run.sent.startswith("7 objects: ")
    # What was read of it, the next one does not take for another's.
    site.write({"app.js": "2"})
    assert NOTICE not in site.collect().stdout


def test_each_of_several_is_noticed(
    site: Site, beside: Site, bucket: Bucket, server: S3Server
) -> None:
    site.write(ROLLBACK)

    def deploy(logo: str) -> None:
        release = {**TODAY, "logo.png": logo}
        publish(beside, release)
        clear(bucket, release)

    # The second is the other's own.
    at(server, "PutObject", MANIFEST_KEY, 1, lambda: deploy("newer"))
    at(server, "PutObject", MANIFEST_KEY, 3, lambda: deploy("newest"))
    run = site.collect(transport="sdk")

    assert run.stdout.count(NOTICE) == 2
    assert is_whole(bucket, ROLLBACK)


def test_manifest_that_is_sent_in_parts_is_looked_at(
    site: Site, beside: Site, bucket: Bucket, server: S3Server
) -> None:
    site.write(ROLLBACK)
    at(server, "PutObject", "app.js", 1, lambda: publish(beside, TODAY | {"b.js": "1"}))

    # The smaller objects of the site go in one.
    run = site.collect(transfer_config=TransferConfig(multipart_threshold=100))

    assert len(run.requests.keys("CompleteMultipartUpload")) == 1
    assert NOTICE in run.stdout
    assert is_whole(bucket, ROLLBACK)


def test_release_of_another_that_is_replaced_is_kept(
    site: Site, beside: Site, bucket: Bucket, server: S3Server
) -> None:
    site.write(ROLLBACK)
    newest = {**TODAY, "logo.png": "newest"}
    options: dict[str, Any] = {"grace": 3600, "keep_releases": 1}
    at(server, "PutObject", "app.js", 1, lambda: publish(beside, newest, **options))

    site.collect("--clear", **options)

    replaced = [key for key in bucket.objects() if "replaced-" in key]
    logos = {bucket.get(bucket.paths(key)["logo.png"]).body for key in replaced}
    assert b"newest" in logos


@BOTH
def test_same_release_of_another_is_no_news(
    site: Site, beside: Site, bucket: Bucket, server: S3Server, transport: str
) -> None:
    site.write(ROLLBACK)
    at(server, "PutObject", MANIFEST_KEY, 1, lambda: publish(beside, ROLLBACK))

    run = site.collect(transport=transport)

    assert "Another" not in run.stdout
    assert run.requests.counts()["ListObjectsV2"] == 2
    assert holds_release(bucket, ROLLBACK)


@BOTH
@pytest.mark.parametrize("status", [400, 411, 501])
def test_service_that_knows_no_conditions(
    site: Site, bucket: Bucket, server: S3Server, transport: str, status: int
) -> None:
    site.write(ROLLBACK)
    refusing = switches.refusing(
        lambda request: "If-Match" in request.headers, status, "NotImplemented"
    )

    with server.imitating(refusing):
        run = site.collect(transport=transport)

    assert "Another" not in run.stdout
    assert holds_release(bucket, ROLLBACK)


class Renaming(S3ManifestStaticStorage):
    """Names its files by more than their bytes, so that nobody compares these."""

    def hashed_name(self, *args: Any, **kwargs: Any) -> str:
        name: str = super().hashed_name(*args, **kwargs)
        return name.replace(".png", ".v1.png")


def test_what_cannot_be_sent_again_fails_the_run(
    site: Site, beside: Site, bucket: Bucket, server: S3Server
) -> None:
    backend = "tests.run.test_meanwhile.Renaming"
    site.write(LAST_WEEK)
    site.collect(backend=backend)
    site.write(ROLLBACK)
    newest = {**TODAY, "logo.png": "newest"}

    def deploy() -> None:
        publish(beside, newest)
        clear(bucket, newest)

    at(server, "PutObject", "app.js", 1, deploy)
    with pytest.raises(
        CommandError, match=r"1 of .* such as logo\..*\.png\. The manifest was not rep"
    ):
        site.collect(backend=backend)

    assert bucket.get(bucket.paths()["logo.png"]).body == b"newest"


def test_what_another_names_is_not_deleted(
    site: Site, beside: Site, bucket: Bucket, server: S3Server
) -> None:
    """A rollback that has found what this run is about to delete."""
    site.write({"app.js": "1"})
    at(server, "GetObject", MANIFEST_KEY, 3, lambda: publish(beside, LAST_WEEK))

    run = site.collect("--clear")

    assert names_are_right(bucket)
    assert bucket.paths().keys() == LAST_WEEK.keys()
    assert "spares what it names: 2 of the objects" in run.stdout


def test_deletion_that_another_does_not_mind(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    bucket.put("left.txt")

    run = site.collect("--clear")

    assert run.requests.counts()["GetObject"] == 2
    assert "left.txt" not in bucket.objects()


def test_project_that_reads_another_manifest_is_not_asked(
    site: Site, bucket: Bucket
) -> None:
    site.write(ROLLBACK)

    run = site.collect(backend="tests.run.test_meanwhile.ReadsAnother")

    assert "Another" not in run.stdout
    assert holds_release(bucket, ROLLBACK)


class ReadsAnother(S3ManifestStaticStorage):
    def load_manifest(self) -> Any:
        return {}, ""


def test_service_that_asks_for_patience_is_no_other_deploy(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    site.write(ROLLBACK)
    server.fail("PutObject", status=503, code="SlowDown", key=MANIFEST_KEY, times=1)

    run = site.collect(transport="sdk")

    puts = [one for one in run.requests.of("PutObject") if one.key == MANIFEST_KEY]
    assert ["If-Match" in one.headers for one in puts] == [True, True]
    assert holds_release(bucket, ROLLBACK)
