"""Every flag of the stock command, and a summary that tells the truth."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import django
import pytest
from django.contrib.staticfiles.management.commands.collectstatic import (
    Command as StockCommand,
)
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.management.base import CommandError, CommandParser
from django.test import override_settings

from tests.servers.s3 import Request, S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, POST_PROCESS_ERRORS, Site

SOURCES = {
    "css/base.css": "b { background: url(../logo.png) }",
    "logo.png": "PNG",
    "app.js": "1",
}
BOTH = pytest.mark.parametrize(
    ("backend", "objects", "post_processed"),
    [(MANIFEST, 7, ", 3 post-processed"), (PLAIN, 3, "")],
    ids=["manifest", "plain"],
)


@pytest.fixture
def site(site: Site) -> Site:
    site.write(SOURCES)
    return site


def counted_from_django_6(deleted: int) -> str:
    """Return how the summary begins: Django counts deleted files since 6.0."""
    return f"{deleted} static files deleted, " if django.VERSION >= (6, 0) else ""


@BOTH
def test_cold_run(site: Site, backend: str, objects: int, post_processed: str) -> None:
    run = site.collect(backend=backend)

    assert run.sent == f"{objects} objects: {objects} uploaded, 0 unchanged."
    assert run.summary == f"3 static files copied{post_processed}."


@BOTH
@pytest.mark.parametrize("seconds_from_now", [0, 3600, -3600])
def test_same_bytes_of_any_time_are_unmodified(
    site: Site,
    backend: str,
    objects: int,
    post_processed: str,
    seconds_from_now: float,
) -> None:
    site.collect(backend=backend)
    site.date(seconds_from_now=seconds_from_now)

    run = site.collect(backend=backend)

    assert run.sent == f"{objects} objects: 0 uploaded, {objects} unchanged."
    assert run.summary.startswith("0 static files copied, 3 unmodified")


@BOTH
def test_new_bytes_of_an_old_time_are_copied(
    site: Site, bucket: Bucket, backend: str, objects: int, post_processed: str
) -> None:
    site.collect(backend=backend)
    site.write({"logo.png": "NEW"})
    site.date(seconds_from_now=-3600)

    run = site.collect(backend=backend)

    assert run.summary.startswith("1 static file copied, 2 unmodified")
    assert bucket.get("logo.png").body == b"NEW"


def test_without_time_zones(site: Site) -> None:
    site.collect(backend=PLAIN)
    site.write({"logo.png": "NEW"})

    with override_settings(USE_TZ=False):
        run = site.collect(backend=PLAIN)

    assert run.summary == "1 static file copied, 2 unmodified."


@BOTH
def test_dry_run_changes_nothing_and_shows_the_plan(
    site: Site, bucket: Bucket, backend: str, objects: int, post_processed: str
) -> None:
    site.collect(backend=backend)
    site.write({"app.js": "2", "new.js": "3"})
    before = bucket.objects()

    run = site.collect("--dry-run", backend=backend)

    uploads = 5 if backend == MANIFEST else 2
    unchanged = objects + (2 if backend == MANIFEST else 1) - uploads
    assert set(run.requests.counts()) <= {"GetObject", "ListObjectsV2"}
    assert bucket.objects() == before
    assert (
        run.sent == f"{uploads + unchanged} objects: {uploads} would be uploaded, "
        f"{unchanged} unchanged."
    )
    assert "Pretending to upload 'app.js' (changed)" in run.lines
    assert "Pretending to upload 'logo.png'" not in run.stdout
    plan = [line.split() for line in run.lines[run.lines.index("The plan:") + 1 : -2]]
    new, changed = (3, 2) if backend == MANIFEST else (1, 1)
    assert plan[0][:2] == ["new", str(new)]
    assert plan[1][:2] == ["changed", str(changed)]
    assert run.summary == "2 static files copied, 2 unmodified."


def test_dry_run_does_not_write_a_local_manifest(site: Site, tmp_path: Path) -> None:
    local = FileSystemStorage(location=tmp_path / "manifest")

    site.collect("--dry-run", manifest_storage=local)

    assert not local.exists("staticfiles.json")


def test_dry_run_fails_where_the_run_would(site: Site) -> None:
    site.write({"css/base.css": "b { background: url(missing.png) }"})

    with pytest.raises(POST_PROCESS_ERRORS, match=r"missing\.png"):
        site.collect("--dry-run")


def test_no_post_process_uploads_the_originals(site: Site, bucket: Bucket) -> None:
    run = site.collect("--no-post-process")

    assert bucket.keys() == sorted(SOURCES)
    assert run.sent == "3 objects: 3 uploaded, 0 unchanged."
    assert run.summary == "3 static files copied."


def test_no_post_process_keeps_the_manifest(site: Site, bucket: Bucket) -> None:
    site.collect()
    site.write({"app.js": "2"})
    before = bucket.objects()

    run = site.collect("--no-post-process")

    assert run.requests.keys() == ["app.js"]
    assert run.requests.of("DeleteObjects") == []
    assert bucket.objects() == before | {"app.js": bucket.get("app.js")}
    assert run.summary == "1 static file copied, 2 unmodified."


def test_ignored_files_stay_away(site: Site, bucket: Bucket) -> None:
    run = site.collect("--ignore", "*.js", "-i", "css")

    assert list(bucket.paths()) == ["logo.png"]
    assert run.sent == "3 objects: 3 uploaded, 0 unchanged."


def test_link_is_refused_as_django_does(site: Site, bucket: Bucket) -> None:
    with pytest.raises(CommandError, match="Can't symlink to a remote destination"):
        site.collect("--link")

    assert bucket.keys() == []


def test_conflicting_file_is_skipped(
    site: Site, bucket: Bucket, tmp_path: Path
) -> None:
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "logo.png").write_text("other")
    site.dirs.append(str(tmp_path / "second"))

    run = site.collect(backend=PLAIN)

    # Django counts the skipped file since 6.0.
    assert run.summary.startswith("3 static files copied")
    assert bucket.get("logo.png").body == b"PNG"


@BOTH
def test_verbosity(site: Site, backend: str, objects: int, post_processed: str) -> None:
    silent = site.collect("--verbosity=0", "--clear", backend=backend)
    brief = site.collect("--verbosity=1", backend=backend)
    site.write({"app.js": "2"})
    detailed = site.collect("--verbosity=2", backend=backend)
    site.write({"app.js": "3"})
    most = site.collect("--verbosity=3", backend=backend)

    assert silent.stdout == ""
    assert [re.sub(r"[\d.]+ s", "0 s", line) for line in brief.lines[:-2]] == [
        f"Listed {objects} objects in 0 s.",
        *(["Hashed 3 files in 0 s."] if post_processed else []),
    ]
    for run in (detailed, most):
        assert f"Copying '{site.sources / 'app.js'}'" in run.lines
        assert "Uploaded 'app.js' (changed" in run.stdout
        assert "Uploaded 'logo.png'" not in run.stdout
    assert "Left 'logo.png' (unchanged)" in most.lines
    assert "Left 'logo.png'" not in detailed.stdout
    assert {run.stderr for run in (silent, brief, detailed, most)} == {""}


@BOTH
def test_clear_removes_what_is_left_over(
    site: Site, bucket: Bucket, backend: str, objects: int, post_processed: str
) -> None:
    site.collect(backend=backend, location="static")
    left_over = bucket.keys()
    bucket.fill(["static/stale.js", "static-old/1", "outside", "static"])
    site.remove("app.js")

    run = site.collect("--clear", backend=backend, location="static")

    deleted = 3 if backend == MANIFEST else 2
    assert run.requests.keys("DeleteObjects") == [""]
    assert {"DeleteObject", "HeadObject"}.isdisjoint(run.requests.counts())
    expected = {key for key in left_over if not key.startswith("static/app.")}
    assert set(bucket.keys()) == expected | {"static-old/1", "outside", "static"}
    assert f", {deleted} deleted." in run.sent
    assert run.summary.startswith(counted_from_django_6(deleted))


@BOTH
def test_dry_run_of_clear(
    site: Site, bucket: Bucket, backend: str, objects: int, post_processed: str
) -> None:
    site.collect(backend=backend)
    bucket.fill(["stale.js", "old.css"])
    before = bucket.objects()

    run = site.collect("--clear", "--dry-run", backend=backend)

    assert bucket.objects() == before
    assert "Pretending to delete 'stale.js' (left over)" in run.lines
    assert "Pretending to delete 'logo.png'" not in run.stdout
    assert run.sent.endswith("unchanged, 2 would be deleted.")


def test_clear_deletes_in_batches(site: Site, bucket: Bucket) -> None:
    bucket.fill(f"static/{n}" for n in range(1500))

    run = site.collect("--clear", location="static")

    assert run.requests.counts()["DeleteObjects"] == 2
    assert len(bucket.keys()) == 2 * len(SOURCES) + 1
    assert run.sent == "7 objects: 7 uploaded, 0 unchanged, 1500 deleted."


def test_clear_takes_nothing_away_before_the_new_manifest_is_up(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    site.write({"gone.css": "s { color: red }"})
    site.collect()
    live = set(bucket.keys())
    site.write({"css/base.css": "b { background: url(../logo.png?2) }"})
    site.remove("gone.css")
    seen: list[tuple[str, set[str]]] = []

    def look(request: Request) -> None:
        seen.append((request.key or request.operation, set(bucket.keys())))

    server.observe(look)
    site.collect("--clear")

    order = [what for what, _ in seen]
    new = set(bucket.paths().values()) | bucket.paths().keys() | {"staticfiles.json"}
    assert order[-2:] == ["staticfiles.json", "DeleteObjects"]
    assert all(live <= keys for _, keys in seen[:-1])
    assert new <= seen[-2][1]
    assert seen[-1][1] == new


def test_keys_of_other_tools(site: Site, bucket: Bucket) -> None:
    others = ["static/", "static/a//b", "static/folder/", "static/./c", "static/d e+%"]
    bucket.fill(others)

    cold = site.collect(location="static")
    again = site.collect(location="static")
    assert cold.requests.counts()["PutObject"] == 2 * len(SOURCES) + 1
    assert again.requests.counts() == {"GetObject": 1, "ListObjectsV2": 1}
    assert set(others) < set(bucket.keys())

    site.collect("--clear", location="static")
    assert set(others) & set(bucket.keys()) <= {"static/"}


class TaggedCommand(StockCommand):
    """A project's own command: an argument more, and a file after the others."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--tag")

    def handle(self, **options: Any) -> str | None:
        self.tag = options.pop("tag")
        return super().handle(**options)

    def collect(self) -> dict[str, list[str]]:
        collected = super().collect()
        self.storage.save("release.txt", ContentFile(self.tag))
        return collected


@pytest.mark.parametrize("backend", [MANIFEST, PLAIN])
def test_subclass_of_the_command(site: Site, bucket: Bucket, backend: str) -> None:
    cold = site.collect("--tag=v2", backend=backend, command=TaggedCommand())

    run = site.collect("--tag=v3", backend=backend, command=TaggedCommand())

    assert cold.summary.startswith("3 static files copied")
    assert run.requests.keys() == ["release.txt"]
    assert bucket.get("release.txt").body == b"v3"
    assert run.summary.startswith("0 static files copied, 3 unmodified")


def test_manage_py(site: Site, bucket: Bucket) -> None:
    for copied in ("3 static files copied", "0 static files copied, 3 unmodified"):
        process = site.start("collectstatic", "--noinput")
        stdout, stderr = process.communicate(timeout=60)

        assert (process.returncode, stderr) == (0, "")
        assert copied in stdout

    assert len(bucket.keys()) == 7
