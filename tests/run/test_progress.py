"""What a person sees while a run works."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management.base import OutputWrapper

from faststatic_storages.report import readable
from faststatic_storages.run.live_line import LiveLine
from faststatic_storages.run.progress import HASHING, LISTING, UPLOADING, Progress
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, Site

SOURCES = {"css/base.css": "b { background: url(../logo.png) }", "logo.png": "PNG"}


@pytest.fixture
def site(site: Site) -> Site:
    site.write(SOURCES)
    return site


def on_a_terminal(site: Site, *arguments: str) -> str:
    """Return all that the command writes to a terminal of no known size."""
    process_environment = site.environment(MANIFEST)
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "manage.py", "collectstatic", "--noinput", *arguments],
        cwd=site.directory,
        env=process_environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        shown = b"".join(iter(lambda: read(ours), b""))
    os.close(ours)
    return shown.decode()


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        # So Linux tells the end of a terminal.
        return b""


def seen_in_the_end(shown: str) -> list[str]:
    """Return the lines that stay, as a terminal makes them of what is written."""
    rows = []
    for line in shown.replace("\r\n", "\n").split("\n"):
        row = ""
        for written in line.split("\r"):
            row = written + row[len(written) :]
        rows.append(row.rstrip())
    return [row for row in rows if row]


def test_log_has_a_line_for_each_phase(site: Site, bucket: Bucket) -> None:
    bucket.fill(["1.txt", "2.txt"])

    run = site.collect("--clear")

    size = sum(len(bucket.get(key).body) for key in run.requests.keys()[:-1])
    phases = [re.sub(r"[\d.]+ s\.", "… s.", line) for line in run.lines[:-2]]
    assert phases == [
        "Listed 2 objects in … s.",
        "Hashed 2 files in … s.",
        f"Uploaded 4 objects, {readable(size)}, in … s.",
        "Deleted 2 objects in … s.",
    ]


def test_phase_that_fails_is_not_called_done(site: Site, server: S3Server) -> None:
    server.fail("PutObject", nth=3, status=403, code="AccessDenied")
    process = site.start("collectstatic", "--noinput")
    stdout, stderr = process.communicate(timeout=60)

    assert "Hashed 2 files" in stdout
    assert "Uploaded" not in stdout
    assert stderr.startswith("CommandError: 1 object could not be uploaded")


def test_terminal_shows_a_live_line_that_is_gone_in_the_end(site: Site) -> None:
    shown = on_a_terminal(site)

    for phase in ("Listing: ", "Hashing: ", "Uploading: "):
        assert phase in shown
    assert re.search(r"Uploading: +\d+%\|.*\| \d/4 \[", shown)
    closing, summary = seen_in_the_end(shown)
    assert closing.startswith("5 objects: 5 uploaded, 0 unchanged. ")
    assert summary.startswith("2 static files copied")


def test_error_on_a_terminal_stands_alone(site: Site, server: S3Server) -> None:
    server.fail("PutObject", status=403, code="AccessDenied")

    lines = seen_in_the_end(on_a_terminal(site))

    assert "CommandError: 1 object could not be uploaded" in lines[0]


@pytest.mark.parametrize("verbosity", [0, 2])
def test_live_line_is_for_the_usual_verbosity(site: Site, verbosity: int) -> None:
    shown = on_a_terminal(site, f"--verbosity={verbosity}")

    assert "Uploading: " not in shown
    assert (shown == "") is (verbosity == 0)


def test_live_line_counts_bytes() -> None:
    stream = StringIO()
    progress = Progress(LiveLine(OutputWrapper(stream)))

    with progress.during(UPLOADING, 2):
        progress.advance(UPLOADING, size=1500)
        progress.advance(UPLOADING, size=2_000_000)

    assert "Uploading:   0%" in stream.getvalue()
    assert seen_in_the_end(stream.getvalue()) == []


def test_phase_inside_another_is_a_part_of_it() -> None:
    progress = Progress()

    with progress.during(HASHING, 2), progress.during(LISTING):
        progress.advance(LISTING)

    assert set(progress.seconds) == {"hashing"}


def test_more_than_there_is_does_not_count() -> None:
    stream = StringIO()
    progress = Progress(LiveLine(OutputWrapper(stream)))

    with progress.during(HASHING, 1):
        for _ in range(3):
            progress.advance(HASHING)

    assert "3/1" not in stream.getvalue()
