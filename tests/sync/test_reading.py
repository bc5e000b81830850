"""Files to send from: whatever a sender does, their digest is of what was read."""

from __future__ import annotations

from contextlib import suppress
from io import SEEK_END, BytesIO
from typing import Any

import pytest

from faststatic_storages.sync.content import SourceFile
from faststatic_storages.sync.digests import MD5
from faststatic_storages.sync.reading import Reader, SourceError


class Source:
    """A storage of one file, whose bytes a test changes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.told: int | None = None

    def size(self, name: str) -> int:
        return len(self.data) if self.told is None else self.told

    def open(self, name: str) -> Any:
        return BytesIO(self.data)


def reader(data: bytes) -> Reader:
    return Reader(BytesIO(data), len(data))


def test_digest_is_of_all_that_was_read() -> None:
    file = reader(b"abcdef")

    assert (file.read(2), file.md5) == (b"ab", MD5.of(b"ab"))
    assert (file.read(None), file.md5) == (b"cdef", MD5.of(b"abcdef"))


@pytest.mark.parametrize("position", [0, 2, 4])
def test_sender_starts_again(position: int) -> None:
    file = reader(b"abcdef")
    file.read()
    file.seek(position)

    assert file.read() == b"abcdef"[position:]
    assert file.md5 == MD5.of(b"abcdef")


def test_sender_measures_and_skips() -> None:
    file = reader(b"abcdef")
    assert (file.seek(0, SEEK_END), file.tell()) == (6, 6)
    assert (file.readable(), file.seekable()) == (True, True)
    file.seek(4)

    assert file.read() == b"ef"
    assert file.md5 == MD5.of(b"abcdef")


def test_sender_goes_beyond_the_end() -> None:
    file = reader(b"abc")
    file.seek(9)

    assert file.read() == b""
    assert file.md5 == MD5.of(b"abc")


def test_source_stays_changed() -> None:
    source = Source(b"abc")
    content = SourceFile(source, "a.css")
    assert content.md5
    source.data = b"abx"

    def send_twice() -> None:
        with content.reader() as file:
            for _ in range(2):
                # As an SDK that tries again.
                with suppress(SourceError):
                    file.read()

    with pytest.raises(SourceError, match=r"^a\.css was changed"):
        send_twice()


def test_storage_that_tells_another_size_than_it_reads() -> None:
    source = Source(b"abc")
    source.told = 7
    content = SourceFile(source, "a.css")

    assert content.size == 7
    assert content.body().getvalue() == b"abc"


def test_source_that_has_grown_since_its_size_was_asked() -> None:
    source = Source(b"abc")
    content = SourceFile(source, "a.css")
    assert content.size == 3
    source.data = b"abcd"

    with pytest.raises(SourceError, match=r"^a\.css was changed"):
        content.body()


def test_source_that_changes_between_two_ways_to_read_it() -> None:
    source = Source(b"abc")
    content = SourceFile(source, "a.css")
    with content.reader() as file:
        file.read()
    source.data = b"abx"

    with pytest.raises(SourceError, match=r"^a\.css was changed"):
        content.body()


def test_nothing_is_read_of_an_empty_file() -> None:
    content = SourceFile(Source(b""), "a.css")

    with content.reader() as file:
        assert file.read(0) == b""
        assert file.read() == b""


class Dribble(BytesIO):
    """Gives less than it is asked for."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(2 if size is None or size > 2 else size)


def test_storage_that_gives_less_than_it_is_asked_for() -> None:
    source = Source(b"abcdef")
    source.open = lambda name: Dribble(source.data)  # type: ignore[method-assign]
    content = SourceFile(source, "a.css")
    assert content.md5

    with content.reader() as file:
        assert file.read(6) == b"abcdef"
