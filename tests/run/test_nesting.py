"""A run inside another joins it: all is published at the outermost end, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.test import override_settings

from tests.run.blocks import block_that_fails, block_that_raises, current
from tests.servers.s3 import Requests, S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, POST_PROCESS_ERRORS, Site

SOURCES = {
    "css/base.css": "b { background: url(../logo.png) }",
    "logo.png": "PNG",
    "app.js": "1",
}
CHANGED = {"logo.png": "NEW", "app.js": "2"}
FAILED_INSIDE = r"collectstatic inside this staged\(\) block failed"
READS = {"ListObjectsV2", "GetObject"}


def collect(site: Site, *arguments: str) -> None:
    call_command("collectstatic", "--noinput", *arguments, verbosity=0)


def post_process(site: Site, *, dry_run: bool = False) -> None:
    sources = FileSystemStorage(site.sources)
    paths = {name: (sources, name) for name in SOURCES}
    for name, _, processed in current.post_process(paths, dry_run=dry_run):
        assert not isinstance(processed, Exception), name


INNER: dict[str, Callable[[Site], None]] = {
    "collectstatic": collect,
    "post_process": post_process,
}
DRY: dict[str, Callable[[Site], None]] = {
    "collectstatic": lambda site: collect(site, "--dry-run"),
    "post_process": lambda site: post_process(site, dry_run=True),
}
EACH = pytest.mark.parametrize("inner", INNER.values(), ids=INNER)
EACH_DRY = pytest.mark.parametrize("inner", DRY.values(), ids=DRY)


@pytest.fixture
def live(site: Site) -> Site:
    site.write(SOURCES)
    site.collect()
    site.write(CHANGED)
    return site


@EACH
def test_all_is_published_at_the_outermost_end(
    live: Site, bucket: Bucket, server: S3Server, inner: Callable[[Site], None]
) -> None:
    seen = len(server.requests)

    with override_settings(**live.settings()):
        with current.staged():
            current.save("before.txt", ContentFile(b"1"))
            inner(live)
            current.save("after.txt", ContentFile(b"2"))
            assert {*Requests(server.requests[seen:]).counts()} <= READS
        url = current.url("app.js")

    puts = Requests(server.requests[seen:]).keys()
    assert puts[-1] == "staticfiles.json"
    assert {"before.txt", "after.txt"} <= {*puts}
    assert {*bucket.paths().values()} <= {*bucket.keys()}
    assert url.endswith(f"/{bucket.paths()['app.js']}")
    assert bucket.get(bucket.paths()["app.js"]).body == b"2"


@EACH
@pytest.mark.parametrize("url_before", [True, False], ids=["", "manifest unread"])
def test_block_that_raises_leaves_all_as_it_was(
    live: Site,
    bucket: Bucket,
    server: S3Server,
    inner: Callable[[Site], None],
    url_before: bool,
) -> None:
    before = bucket.objects()
    seen = len(server.requests)

    with override_settings(**live.settings()):
        if url_before:
            current.url("app.js")
        with block_that_raises(current):
            inner(live)
        url = current.url("app.js")
        with pytest.raises(ValueError, match="Missing staticfiles manifest entry"):
            current.url("never-was.js")

    assert bucket.objects() == before
    assert {*Requests(server.requests[seen:]).counts()} <= READS
    assert url.endswith(f"/{bucket.paths()['app.js']}")


@EACH
def test_block_after_one_that_raised_publishes_all(
    live: Site, bucket: Bucket, inner: Callable[[Site], None]
) -> None:
    with override_settings(**live.settings()):
        with block_that_raises(current):
            inner(live)
        with current.staged():
            inner(live)

    assert bucket.get(bucket.paths()["app.js"]).body == b"2"


@EACH_DRY
def test_dry_run_in_a_block_writes_nothing(
    live: Site, bucket: Bucket, server: S3Server, inner: Callable[[Site], None]
) -> None:
    before = bucket.objects()
    seen = len(server.requests)

    with override_settings(**live.settings()):
        with current.staged():
            inner(live)
        url = current.url("app.js")

    assert bucket.objects() == before
    assert {*Requests(server.requests[seen:]).counts()} <= READS
    assert url.endswith(f"/{bucket.paths()['app.js']}")


@EACH_DRY
def test_dry_run_does_not_make_the_block_one(
    live: Site, bucket: Bucket, inner: Callable[[Site], None]
) -> None:
    before = bucket.objects()

    with override_settings(**live.settings()), current.staged():
        current.save("before.txt", ContentFile(b"1"))
        inner(live)
        current.save("after.txt", ContentFile(b"2"))

    after = bucket.objects()
    assert after.pop("before.txt").body == b"1"
    assert after.pop("after.txt").body == b"2"
    assert after == before


@pytest.mark.parametrize("dry_first", [True, False], ids=["before", "after"])
def test_dry_run_beside_a_run_in_one_block(
    live: Site, bucket: Bucket, dry_first: bool
) -> None:
    flags = ["--dry-run", ""] if dry_first else ["", "--dry-run"]

    with override_settings(**live.settings()), current.staged():
        for flag in flags:
            collect(live, *filter(None, [flag]))

    assert bucket.get(bucket.paths()["app.js"]).body == b"2"
    assert {*bucket.paths().values()} <= {*bucket.keys()}


@pytest.mark.parametrize("flags", [("--dry-run",), ("--dry-run", "--clear")])
def test_dry_run_in_a_block_tells_what_would_happen(
    live: Site, capsys: pytest.CaptureFixture[str], flags: tuple[str, ...]
) -> None:
    with override_settings(**live.settings()), current.staged():
        call_command("collectstatic", "--noinput", *flags)

    assert "Pretending to upload 'app.js'" in capsys.readouterr().out


def test_block_in_a_block_in_a_block(live: Site, bucket: Bucket) -> None:
    storage = live.storage()

    with storage.staged():
        with storage.staged():
            with storage.staged():
                storage.save("1.txt", ContentFile(b"1"))
            storage.save("2.txt", ContentFile(b"2"))
            assert storage.exists("1.txt")
        storage.save("3.txt", ContentFile(b"3"))
        assert not {"1.txt", "2.txt", "3.txt"} & {*bucket.keys()}

    assert {"1.txt", "2.txt", "3.txt"} <= {*bucket.keys()}


def test_inner_block_that_raises_is_the_outer_s_to_judge(
    live: Site, bucket: Bucket
) -> None:
    before = bucket.objects()
    storage = live.storage()

    def deploy() -> None:
        with storage.staged():
            storage.save("1.txt", ContentFile(b"1"))
            with storage.staged():
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        deploy()

    assert bucket.objects() == before
    assert not storage.exists("1.txt")


@EACH
def test_text_that_was_spilled_before_survives(
    live: Site, bucket: Bucket, temporary: Path, inner: Callable[[Site], None]
) -> None:
    settings = live.settings(max_staged_memory=0)

    with override_settings(**settings), current.staged():
        current.save("before.txt", ContentFile(b"spilled"))
        assert [*temporary.iterdir()]
        inner(live)
        inner(live)
        with current.open("before.txt") as file:
            assert file.read() == b"spilled"

    assert bucket.get("before.txt").body == b"spilled"
    assert {*bucket.paths().values()} <= {*bucket.keys()}
    assert [*temporary.iterdir()] == []


def test_swallowed_failure_of_the_command_publishes_nothing(
    live: Site, bucket: Bucket
) -> None:
    before = bucket.objects()
    live.write({"css/base.css": "b { background: url(missing.png) }"})

    with override_settings(**live.settings()):
        with block_that_fails(current, FAILED_INSIDE):
            current.save("new.txt", ContentFile(b"1"))
            with pytest.raises(POST_PROCESS_ERRORS, match=r"missing\.png"):
                collect(live)
        url = current.url("app.js")

    assert bucket.objects() == before
    assert url.endswith(f"/{bucket.paths()['app.js']}")


@pytest.mark.parametrize("backend", [MANIFEST, PLAIN], ids=["manifest", "plain"])
def test_swallowed_failure_while_collecting_publishes_nothing(
    live: Site, bucket: Bucket, backend: str
) -> None:
    """It fails before anything is hashed."""
    before = bucket.objects()
    live.write({"zz.js": "1"})
    (live.sources / "zz.js").unlink()
    (live.sources / "zz.js").symlink_to(live.sources / "missing.js")

    with (
        override_settings(**live.settings(backend)),
        block_that_fails(current, FAILED_INSIDE),
        pytest.raises(FileNotFoundError),
    ):
        collect(live)

    assert bucket.objects() == before


def test_post_process_that_nobody_iterates_to_its_end(
    live: Site, bucket: Bucket
) -> None:
    before = bucket.objects()

    with override_settings(**live.settings()):
        sources = FileSystemStorage(live.sources)
        paths = {name: (sources, name) for name in SOURCES}
        with block_that_fails(current, FAILED_INSIDE):
            results = current.post_process(paths)
            next(results)
            del results

    assert bucket.objects() == before


@EACH
def test_clear_in_a_block_deletes_at_its_end(
    live: Site, bucket: Bucket, server: S3Server, inner: Callable[[Site], None]
) -> None:
    bucket.put("stale.txt")
    seen = len(server.requests)

    with override_settings(**live.settings()), current.staged():
        current.save("before.txt", ContentFile(b"1"))
        collect(live, "--clear")
        assert "stale.txt" in bucket.objects()
        assert {*Requests(server.requests[seen:]).counts()} <= READS
        inner(live)
        current.save("after.txt", ContentFile(b"2"))

    operations = [one.operation for one in server.requests[seen:]]
    deletes = [one for one in operations if one.startswith("Delete")]
    assert operations[-len(deletes) :] == deletes
    keys = {*bucket.keys()}
    assert "stale.txt" not in keys
    assert {"before.txt", "after.txt", *bucket.paths().values()} <= keys


def test_clear_in_a_block_that_raises_deletes_nothing(
    live: Site, bucket: Bucket
) -> None:
    bucket.put("stale.txt")
    before = bucket.objects()

    with (
        override_settings(**live.settings()),
        block_that_raises(current),
    ):
        collect(live, "--clear")

    assert bucket.objects() == before


def test_plain_storage_collected_in_a_block(live: Site, bucket: Bucket) -> None:
    with override_settings(**live.settings(PLAIN)), current.staged():
        current.save("before.txt", ContentFile(b"1"))
        collect(live)
        assert bucket.get("app.js").body == b"1"

    assert bucket.get("app.js").body == b"2"
    assert bucket.get("before.txt").body == b"1"


def test_block_sees_what_the_command_collected(live: Site) -> None:
    live.write({"new/new.js": "new"})

    with override_settings(**live.settings()), current.staged():
        collect(live)

        assert current.exists("new/new.js")
        assert current.size("new/new.js") == 3
        assert current.listdir("new")[1][-1] == "new.js"
        hashed_name = current.hashed_files["new/new.js"]
        assert current.exists(hashed_name)
        with current.open(hashed_name) as file:
            assert file.read() == b"new"


def test_upload_that_fails_at_the_outermost_end(
    live: Site, bucket: Bucket, server: S3Server
) -> None:
    before = bucket.get("staticfiles.json")
    server.fail("PutObject", status=403, code="AccessDenied")

    with override_settings(**live.settings()):
        with block_that_fails(current, "could not be uploaded"):
            collect(live)
        url = current.url("app.js")

    assert bucket.get("staticfiles.json") == before
    assert url.endswith(f"/{bucket.paths()['app.js']}")
