from __future__ import annotations

from datetime import UTC, datetime

from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.partial_index import (
    MAX_QUESTIONS,
    PartialIndex,
    Stretch,
)
from faststatic_storages.sync.stretches import Expected


def info(key: str, size: int = 0) -> ObjectInfo:
    return ObjectInfo(key, size, datetime(2026, 1, 1, tzinfo=UTC), None)


class Bucket:
    """``keys`` may change while one looks."""

    def __init__(self, *keys: str) -> None:
        self.keys = {*keys}
        self.asked: list[str] = []
        self.tells = True

    def index(self, *expected: str) -> PartialIndex:
        names = Expected(expected)
        return PartialIndex(
            {key: info(key) for key in self.keys if key in names},
            names,
            look_around=self.look_around,
            list_all=self.list_all,
        )

    def look_around(self, key: str) -> Stretch | None:
        self.asked.append(key)
        objects = [info(other) for other in sorted(self.keys) if key <= other]
        return Stretch(f"{key[:-1]}", key, objects[:1]) if self.tells else None

    def list_all(self) -> list[ObjectInfo]:
        self.asked.append("*")
        return [info(key, size=1) for key in self.keys]


def test_what_was_expected_needs_no_question() -> None:
    bucket = Bucket("app.css", "other.css")
    index = bucket.index("app.css", "gone.css")

    assert index.get("app.css") == info("app.css")
    assert "app.0123.css" not in index
    assert "gone.css" not in index
    assert not index.may_have("gone.css")
    assert index.may_have("app.css")
    assert bucket.asked == []


def test_anything_else_is_looked_for_once() -> None:
    bucket = Bucket("other.css")
    index = bucket.index("app.css")

    assert index.may_have("other.css")
    assert index.may_have("none.css")
    for _ in range(2):
        assert index.get("other.css") == info("other.css")
        assert "none.css" not in index
    assert not index.may_have("none.css")
    assert bucket.asked == ["other.css", "none.css"]


def test_many_questions_are_one_listing() -> None:
    bucket = Bucket("other.css")
    index = bucket.index("app.css")

    for number in range(MAX_QUESTIONS + 10):
        assert f"{number}.css" not in index

    assert bucket.asked[MAX_QUESTIONS:] == ["*"]
    assert index.get("other.css") == info("other.css", size=1)


def test_where_nobody_can_look_around_all_is_listed() -> None:
    bucket = Bucket("other.css")
    bucket.tells = False
    index = bucket.index("app.css")

    assert "other.css" in index
    assert "none.css" not in index
    assert bucket.asked == ["other.css", "*"]


def test_what_was_seen_stays_as_it_was() -> None:
    bucket = Bucket("app.css")
    index = bucket.index("app.css", "gone.css")
    assert "none.css" not in index
    bucket.keys = {"gone.css", "none.css", "other.css"}

    assert sorted(index) == ["app.css", "other.css"]
    assert sorted(index) == ["app.css", "other.css"]
    assert bucket.asked == ["none.css", "*"]
    assert index.get("app.css") == info("app.css")
