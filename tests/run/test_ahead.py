"""Bodies are read once, ahead of the threads that put them, and few at a time."""

from __future__ import annotations

import time
from typing import Any

import pytest

from faststatic_storages.run import ahead
from faststatic_storages.run.ahead import ReadAhead
from faststatic_storages.sync.content import SourceFile
from faststatic_storages.sync.upload import Upload
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site
from tests.sync.test_reading import Source


class CountedSource(Source):
    opened = 0
    seconds = 0.0

    def open(self, name: str) -> Any:
        self.opened += 1
        time.sleep(self.seconds)
        return super().open(name)


@pytest.fixture
def source() -> CountedSource:
    return CountedSource(b"body { }")


@pytest.fixture
def digested(source: CountedSource) -> SourceFile:
    file = SourceFile(source, "app.css")
    assert file.md5
    source.opened = 0
    return file


def test_file_under_two_names_is_read_once(
    source: CountedSource, digested: SourceFile
) -> None:
    reading = ReadAhead(100)

    for key in ("app.css", "app.0123abcd.css"):
        body = reading.read(Upload(key, digested, {})).content.body()
        assert (body.getvalue(), body.md5) == (b"body { }", digested.md5)

    assert source.opened == 1


def test_what_is_large_is_left_to_the_threads(
    source: CountedSource, digested: SourceFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "MAX_SIZE_UNREAD", 7)
    undigested = Upload("app.css", SourceFile(source, "app.css"), {})
    large = Upload("app.css", digested, {})

    assert ReadAhead(100).read(undigested) is undigested
    assert ReadAhead(7).read(large) is large
    assert source.opened == 0


def test_what_has_to_be_computed_is_left_to_the_threads(source: CountedSource) -> None:
    compressed = SourceFile(source, "app.css").compressed(lambda file: file)
    upload = Upload("app.css", compressed, {})

    assert ReadAhead(100).read(upload) is upload


def test_files_of_a_slow_disk_are_left_to_the_threads(
    source: CountedSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "PATIENCE", 0.1)
    reading = ReadAhead(100)
    uploads = [Upload(key, SourceFile(source, key), {}) for key in "abcdef"]

    assert reading.read(uploads[0]) is not uploads[0]
    source.seconds = 0.3
    reading.read(uploads[1])

    assert all(reading.read(one) is one for one in uploads[2:])
    assert source.opened == 2


def test_file_that_was_changed_fails_where_it_is_put(
    source: CountedSource, digested: SourceFile
) -> None:
    upload = Upload("app.css", digested, {})
    source.data = b"body {!}"

    assert ReadAhead(100).read(upload) is upload


def test_bodies_wait_until_there_is_room(
    site: Site, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "BYTES_AHEAD", 1000)
    site.write({f"{number}.bin": bytes([number]) * 600 for number in range(20)})
    site.collect(backend=PLAIN)
    site.write({f"{number}.bin": bytes([number]) * 599 for number in range(1, 20)})

    site.collect(backend=PLAIN)

    assert len(bucket.keys()) == 20
    assert site.server.most_at_once == 1
