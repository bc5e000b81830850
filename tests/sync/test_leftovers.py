"""What is deleted: the truth table, row by row."""

from __future__ import annotations

from itertools import product

import pytest

from faststatic_storages.sync.leftovers import (
    KeysInUse,
    plan_deletions,
    reason_to_delete,
)
from faststatic_storages.sync.plan import Reason

YES, NO, ANY = (True,), (False,), (True, False)


@pytest.mark.parametrize(
    ("is_stored", "was_deleted", "is_served", "is_original", "clear", "outcome"),
    [
        (YES, ANY, ANY, ANY, ANY, None),
        (NO, ANY, YES, ANY, ANY, None),
        (NO, YES, NO, ANY, ANY, Reason.DELETED),
        (NO, NO, NO, ANY, NO, None),
        (NO, NO, NO, YES, YES, None),
        (NO, NO, NO, NO, YES, Reason.LEFT_OVER),
    ],
)
def test_truth_table(
    is_stored: tuple[bool, ...],
    was_deleted: tuple[bool, ...],
    is_served: tuple[bool, ...],
    is_original: tuple[bool, ...],
    clear: tuple[bool, ...],
    outcome: Reason | None,
) -> None:
    for row in product(is_stored, was_deleted, is_served, is_original, clear):
        stored, deleted, served, original, clears = row
        for kept in (None, Reason.YOUNG):
            reason = reason_to_delete(
                is_stored=stored,
                was_deleted=deleted,
                is_served=served,
                is_original=original,
                clear=clears,
                is_kept=lambda kept=kept: kept,  # type: ignore[misc]
            )
            is_left_over = outcome is Reason.LEFT_OVER
            assert reason is (kept or outcome if is_left_over else outcome), row


def test_nothing_outside_of_the_location_goes() -> None:
    reasons = plan_deletions(
        ["static/b", "media/a", "static/a", "static/new", "static/live"],
        prefix="static/",
        clear=True,
        is_stored=lambda key: key == "static/new",
        deleted={"static/b", "media/a"},
        in_use=KeysInUse(served={"static/live"}),
    )

    assert reasons == {"static/a": Reason.LEFT_OVER, "static/b": Reason.DELETED}
