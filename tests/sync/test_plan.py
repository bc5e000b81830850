"""What is sent, and why."""

from __future__ import annotations

from datetime import UTC, datetime

from faststatic_storages.sync.index import ObjectIndex, ObjectInfo
from faststatic_storages.sync.plan import Plan, Reason, plan_uploads


def info(key: str) -> ObjectInfo:
    return ObjectInfo(key, 0, datetime(2026, 1, 1, tzinfo=UTC), None)


def test_each_key_has_a_reason() -> None:
    index = ObjectIndex([info("same"), info("other")])

    reasons = plan_uploads(
        ["new", "same", "other"],
        index,
        lambda key, _: Reason.UNCHANGED if key == "same" else Reason.CHANGED,
    )

    assert reasons == {
        "new": Reason.NEW,
        "same": Reason.UNCHANGED,
        "other": Reason.CHANGED,
    }


def test_without_an_index_everything_is_unknown() -> None:
    reasons = plan_uploads(["a", "b"], None, lambda key, _: Reason.UNCHANGED)

    assert reasons == {"a": Reason.UNKNOWN, "b": Reason.UNKNOWN}


def test_empty_bucket_is_not_compared_with() -> None:
    plan = plan_uploads(["a"], ObjectIndex(), lambda key, _: Reason.CHANGED)

    assert plan == {"a": Reason.NEW}


def test_keys_are_told_by_their_reason_in_order() -> None:
    plan = Plan({"b": Reason.NEW, "a": Reason.CHANGED, "c": Reason.UNKNOWN})

    assert plan.keys(Reason.NEW, Reason.UNKNOWN) == ["b", "c"]
    assert plan.keys(Reason.LEFT_OVER) == []
