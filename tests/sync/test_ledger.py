"""The upload ledger: what it believes, and what it makes of anything else."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from faststatic_storages.sync.digests import MD5
from faststatic_storages.sync.hashed import HashedFile, HashedFiles, Output
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.ledger import Ledger, Row, fingerprint

A, B = MD5.of(b"a"), MD5.of(b"b")


def info(key: str, mark: str | None = "m1") -> ObjectInfo:
    return ObjectInfo(key, 1, datetime(2026, 1, 1, tzinfo=UTC), None, mark)


def test_what_was_noted_is_known_while_the_mark_is_the_same() -> None:
    ledger = Ledger()
    ledger.note("a", "m1", A, "h")

    again = Ledger.loads(ledger.dumps())

    assert again.row(info("a")) == Row("m1", A, "h")
    assert again.row(info("a", "m2")) is None
    assert again.row(info("a", None)) is None
    assert again.row(info("b")) is None


def test_changes_are_known() -> None:
    ledger = Ledger({"a": Row("m1", A, "h")})

    ledger.note("a", "m1", A, "h")
    ledger.forget("b")
    ledger.keep({"a"})
    assert not ledger.is_changed

    changes: list[Callable[[Ledger], None]] = [
        lambda one: one.note("a", "m1", B, "h"),
        lambda one: one.note("a", "m1", A, "other"),
        lambda one: one.forget("a"),
        lambda one: one.keep({"b"}),
    ]
    for change in changes:
        changed = Ledger({"a": Row("m1", A, "h")})
        change(changed)
        assert changed.is_changed


def body(**changes: Any) -> bytes:
    whole = {"version": 1, "headers": ["h"], "objects": {"a": ["m1", A, 0]}}
    return gzip.compress(json.dumps(whole | changes).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"<html>",
        body()[:-9],
        body()[:20] + b"\0\0\0" + body()[23:],
        body(version=2),
        body(headers=None),
        body(headers=[]),
        body(objects=[]),
        body(objects={"a": []}),
        body(objects={"a": ["m1", "no digest", 0]}),
        body(objects={"a": ["m1", A, "0"]}),
        gzip.compress(b"[" * 100_000),
        gzip.compress(b"null"),
        gzip.compress(b"\xff"),
        gzip.compress(b" " * (64 * 1024 * 1024 + 1)),
    ],
    ids=[str(number) for number in range(16)],
)
def test_anything_else_is_an_empty_ledger(data: bytes) -> None:
    assert Ledger.loads(body()).row(info("a")) is not None
    assert Ledger.loads(data).row(info("a")) is None


def test_fingerprint_tells_headers_apart() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})
    assert fingerprint({"at": datetime(2026, 1, 1)}) == fingerprint(
        {"at": datetime(2026, 1, 1)}
    )
    assert len(fingerprint({})) == 12


def test_few_headers_take_little_room() -> None:
    ledger = Ledger()
    for number in range(1000):
        mark = MD5.of(str(number).encode())
        ledger.note(f"css/{number}.css", mark, mark, f"h{number % 3}")

    assert len(ledger.dumps()) < 40 * 1000


def test_what_hashing_left_is_kept() -> None:
    hashed = HashedFiles(
        "code",
        {
            "a.js": HashedFile(A),
            "b.css": HashedFile(A, Output(B, 2), ("c.png",)),
            "d.css": HashedFile(B, None, ("c.png", "e.png")),
        },
    )
    same, ledger = Ledger(), Ledger()
    same.note_hashed(HashedFiles())
    ledger.note_hashed(hashed)

    assert [same.is_changed, ledger.is_changed] == [False, True]
    assert Ledger.loads(ledger.dumps()).hashed == hashed


@pytest.mark.parametrize(
    "hashed",
    [
        None,
        [],
        {"code": "c"},
        {"code": "c", "files": []},
        {"code": "c", "files": {"a": None}},
        {"code": "c", "files": {"a": "no MD5"}},
        {"code": "c", "files": {"a": []}},
        {"code": "c", "files": {"a": [A, None]}},
        {"code": "c", "files": {"a": [A, [], B]}},
        {"code": "c", "files": {"a": [A, [], B, float("inf")]}},
    ],
    ids=repr,
)
def test_what_hashing_did_not_leave_costs_no_row(hashed: Any) -> None:
    ledger = Ledger.loads(body(hashed=hashed))

    assert ledger.hashed == HashedFiles()
    assert ledger.row(info("a")) == Row("m1", A, "h")
