"""What a machine reads of a run: a value, a file, a record of the log, a signal."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management.base import CommandError

from faststatic_storages.report import RunReport, counted, readable
from faststatic_storages.signals import published
from tests.servers.s3 import Request, S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, Run, Site

SOURCES = {"css/base.css": "b { background: url(../logo.png) }", "logo.png": "PNG"}
PHASES = {"comparing", "hashing", "listing", "publishing", "uploading"}


@pytest.fixture
def site(site: Site) -> Site:
    site.write(SOURCES)
    return site


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "report.json"


def reported(site: Site, path: Path, *arguments: str, **options: Any) -> dict[str, Any]:
    site.collect(*arguments, report_file=path, **options)
    report: dict[str, Any] = json.loads(path.read_text())
    return report


@contextmanager
def waiting(receiver: Any) -> Iterator[None]:
    published.connect(receiver, weak=False)
    try:
        yield
    finally:
        published.disconnect(receiver)


def test_file_has_what_the_first_run_did(
    site: Site, bucket: Bucket, server: S3Server, path: Path
) -> None:
    report = reported(site, path)

    stored = bucket.objects()
    assert set(report["created"]) == set(stored)
    assert {name: report[name] for name in ("schema", "dry_run", "storage")} == {
        "schema": 1,
        "dry_run": False,
        "storage": MANIFEST,
    }
    assert (report["objects"], report["uploaded"], report["unchanged"]) == (5, 5, 0)
    assert report["replaced"] == report["deleted"] == report["releases"] == []
    assert report["kept"] == {}
    assert report["bytes"] == sum(len(each.body) for each in stored.values())
    # The storage has asked for the manifest when it was made.
    assert report["requests"] == len(server.requests.of("ListObjectsV2", "PutObject"))
    assert (report["transport"], report["transport_reason"]) == ("obstore", "")
    assert set(report["seconds"]) == {*PHASES, "total"}
    assert sum(report["seconds"][name] for name in PHASES) > 0
    assert report["seconds"]["total"] >= max(report["seconds"].values())


def test_file_tells_new_keys_from_replaced_and_deleted_ones(
    site: Site, bucket: Bucket, path: Path
) -> None:
    site.collect()
    before = set(bucket.keys())
    site.write({"logo.png": "NEW"})

    report = reported(site, path, "--clear")

    assert set(report["replaced"]) == {"logo.png", "staticfiles.json"}
    assert set(report["created"]) == set(bucket.keys()) - before
    assert set(report["deleted"]) == before - set(bucket.keys())
    assert report["unchanged"] == 1


def test_what_clear_keeps_is_told_with_the_reason(
    site: Site, bucket: Bucket, path: Path
) -> None:
    site.collect()
    hashed = set(bucket.keys()) - {*SOURCES, "staticfiles.json"}
    site.write({"css/base.css": "", "logo.png": "NEW"})
    bucket.fill(["CACHE/1.css", "young.txt"])

    run = site.collect(
        "--clear",
        "--verbosity=3",
        report_file=path,
        grace=60,
        keep_releases=1,
        clear_spares=["CACHE/*"],
    )

    report = json.loads(path.read_text())
    assert "Left 'young.txt' (young)" in run.lines
    assert run.sent == "6 objects: 6 uploaded, 0 unchanged, 4 kept."
    [replaced] = report["releases"]
    assert {reason: set(keys) for reason, keys in report["kept"].items()} == {
        "of a release": hashed,
        "young": {"young.txt"},
        "spared": {"CACHE/1.css"},
    }
    assert replaced in report["created"]
    assert report["deleted"] == []


def test_where_nothing_is_listed_everything_may_have_been_replaced(
    site: Site, path: Path
) -> None:
    backend = "faststatic_storages.backends.s3.S3WriteOnlyStaticStorage"

    report = reported(site, path, backend=backend)

    assert report["created"] == []
    assert set(report["replaced"]) == {*SOURCES}


def test_dry_run_reports_what_would_be_done(
    site: Site, bucket: Bucket, path: Path
) -> None:
    heard: list[object] = []

    with waiting(lambda **told: heard.append(told)):
        report = reported(site, path, "--dry-run")

    assert report["dry_run"] is True
    assert len(report["created"]) == 5
    assert bucket.keys() == []
    assert heard == []


def test_failed_run_leaves_no_report(site: Site, server: S3Server, path: Path) -> None:
    reported(site, path)
    site.write({"logo.png": "NEW"})
    server.fail("PutObject", status=403, code="AccessDenied")

    with pytest.raises(CommandError):
        site.collect(report_file=path)

    assert not path.exists()


def test_file_that_cannot_be_written_is_refused_before_anything_is_sent(
    site: Site, server: S3Server, path: Path
) -> None:
    with pytest.raises(CommandError, match="Name a file in a directory that exists"):
        site.collect(report_file=path / "report.json")

    assert server.requests.keys("PutObject") == []


@pytest.mark.parametrize("path", [5, ["report.json"]], ids=str)
def test_path_that_is_none_is_refused(site: Site, path: object) -> None:
    with pytest.raises(CommandError, match="Set it to the path of a file"):
        site.collect(report_file=path)


def test_file_that_cannot_be_written_in_the_end_fails_the_run(
    site: Site, bucket: Bucket, server: S3Server, tmp_path: Path
) -> None:
    directory = tmp_path / "reports"
    directory.mkdir()

    def remove(request: Request) -> None:
        directory.rmdir()

    server.react(remove, "PutObject", nth=1)

    with pytest.raises(CommandError, match="Everything is in place in the bucket"):
        site.collect(report_file=directory / "report.json")

    assert len(bucket.keys()) == 5


def test_dry_run_that_cannot_write_it_has_sent_nothing(
    site: Site, server: S3Server, tmp_path: Path
) -> None:
    directory = tmp_path / "reports"
    directory.mkdir()

    def remove(request: Request) -> None:
        directory.rmdir()

    server.react(remove, "ListObjectsV2")

    with pytest.raises(CommandError, match="Nothing was sent: a dry run"):
        site.collect("--dry-run", report_file=directory / "report.json")


def test_record_of_the_log_has_the_report(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "faststatic_storages"):
        run = site.collect()

    [record] = [each for each in caplog.records if hasattr(each, "report")]
    assert record.name == "faststatic_storages"
    assert record.getMessage() == run.closing
    assert record.report["uploaded"] == 5
    json.dumps(record.report)


def test_signal_is_sent_when_everything_is_done(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    site.collect()
    site.write({"logo.png": "NEW"})
    heard: list[tuple[RunReport, set[str]]] = []

    def receive(sender: type, storage: Any, report: RunReport, **_: object) -> None:
        assert isinstance(storage, sender)
        heard.append((report, set(bucket.keys())))

    with waiting(receive):
        site.collect("--clear")

    [(report, keys)] = heard
    assert keys == set(bucket.keys())
    assert {*report.created, *report.replaced} <= keys
    assert keys.isdisjoint(report.deleted)
    assert len(report.deleted) == 2


def test_receiver_that_fails_makes_the_run_fail_which_stays_published(
    site: Site, bucket: Bucket
) -> None:
    def invalidate(**told: object) -> None:
        raise OSError("no such distribution")

    with (
        waiting(invalidate),
        pytest.raises(CommandError) as failure,
    ):
        site.collect()

    assert "invalidate(), which waits for the signal published" in str(failure.value)
    assert "OSError: no such distribution" in str(failure.value)
    assert "Everything is in place" in str(failure.value)
    assert bucket.paths() != {}


def test_block_has_its_report_when_it_is_over(site: Site, bucket: Bucket) -> None:
    storage = site.storage(PLAIN)

    with storage.staged() as outer:
        storage.save("a.txt", ContentFile(b"a"))
        with storage.staged() as inner:
            storage.save("b.txt", ContentFile(b"b"))
        assert inner.report is None

    assert inner is outer
    assert set(outer.report.created) == {"a.txt", "b.txt"}


def test_block_is_told_to_the_log(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    storage = site.storage(PLAIN)

    with caplog.at_level(logging.DEBUG, "faststatic_storages"), storage.staged():
        storage.save("a.txt", ContentFile(b"a"))

    told = {record.getMessage(): record.levelname for record in caplog.records}
    assert told["Uploaded 'a.txt' (new, 1 B, by obstore)"] == "DEBUG"
    [closing] = [each for each in told if each.startswith("1 object: 1 uploaded")]
    assert told[closing] == "INFO"


def test_block_that_fails_has_none(site: Site) -> None:
    outcomes = []

    def fail() -> None:
        with site.storage(PLAIN).staged() as outcome:
            outcomes.append(outcome)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert [outcome.report for outcome in outcomes] == [None]


def test_report_names_no_secret(site: Site, path: Path) -> None:
    reported(site, path, secret_key="hush-hush-secret", session_profile=None)

    assert "hush-hush-secret" not in path.read_text()


def test_closing_line_says_what_it_took(site: Site, path: Path) -> None:
    run: Run = site.collect(report_file=os.fspath(path))
    size = readable(json.loads(path.read_text())["bytes"])

    assert run.closing.startswith(f"5 objects: 5 uploaded, 0 unchanged. {size}, ")
    assert run.closing.endswith(" s, by obstore.")


def test_slow_transport_is_told_with_its_reason(site: Site, path: Path) -> None:
    run: Run = site.collect("-v", "3", report_file=path, signature_version="s3")
    report = json.loads(path.read_text())

    assert report["transport"] == "boto3"
    assert "signature_version" in report["transport_reason"]
    assert run.closing.endswith(f" s, by boto3 ({report['transport_reason']}).")
    assert "Uploaded 'logo.png' (new, 3 B, by boto3)" in run.lines


def test_each_object_is_told_with_its_transport(site: Site, server: S3Server) -> None:
    site.write({"large": bytes(9_000_000)})

    run: Run = site.collect("-v", "3", backend=PLAIN)

    assert "Uploaded 'logo.png' (new, 3 B, by obstore)" in run.lines
    assert "Uploaded 'large' (new, 9.0 MB, by boto3)" in run.lines


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 files"), (1, "1 file"), (2, "2 files")]
)
def test_numbers_are_counted(number: int, words: str) -> None:
    assert counted(number, "file") == words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (98_500_000, "98.5 MB"),
        (6_400_000_000, "6.4 GB"),
    ],
)
def test_sizes_are_readable(size: int, words: str) -> None:
    assert readable(size) == words
