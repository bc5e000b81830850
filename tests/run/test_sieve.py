"""A listing that shows everything, of which little else than the site's is kept."""

from __future__ import annotations

import pytest

from faststatic_storages.run import sieve
from faststatic_storages.run.search import Foreseen
from faststatic_storages.run.sieve import sifted
from tests.run.test_search import FOREIGN, SITE, info


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieve, "MANY", 20)


@pytest.mark.parametrize(
    ("foreign", "is_all", "kept"),
    [
        (FOREIGN[:11], True, 11),
        (FOREIGN[:19], True, 19),
        (FOREIGN[:20], True, 0),
        (FOREIGN, True, 0),
        (FOREIGN, False, 100),
    ],
    ids=["short", "few", "many", "more", "all are wanted"],
)
def test_many_of_others_are_not_kept(
    foreign: list[str], kept: int, *, is_all: bool
) -> None:
    listed = sorted([*foreign, *SITE])

    found, expected = sifted(map(info, listed), lambda: Foreseen(SITE, is_all), "")

    assert {*SITE} <= {*found}
    assert len(found) == len(SITE) + kept
    assert all(found[key].key == key for key in found)
    assert (expected is None) is (kept == len(foreign))
