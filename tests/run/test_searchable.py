"""What the command searches for each file is a list, whatever is done to it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.contrib.staticfiles.management.commands.collectstatic import Command

from faststatic_storages.run import searchable
from faststatic_storages.run.searchable import SearchableList
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site

CHANGES: list[Callable[[list[Any]], Any]] = [
    lambda names: names.append("a"),
    lambda names: names.append("b"),
    lambda names: names.extend(["c", "d"]),
    lambda names: names.insert(0, "e"),
    lambda names: names and names.pop(),
    lambda names: names.remove(names[0]) if names else None,
    lambda names: names.__setitem__(slice(0, 1), ["f"]),
    lambda names: names.__iadd__(["g"]),
    lambda names: names.__imul__(2),
    lambda names: names.__delitem__(slice(0, 1)),
    lambda names: names.reverse(),
    lambda names: names.clear(),
]


@pytest.mark.parametrize("seed", range(50))
def test_list_finds_what_a_list_finds(seed: int) -> None:
    random = Random(seed)
    ours, plain = SearchableList(["x"]), ["x"]

    for _ in range(40):
        change = random.choice(CHANGES)
        change(ours)
        change(plain)
        if random.random() < 0.5:
            assert [name in ours for name in "abcdefgx"] == [
                name in plain for name in "abcdefgx"
            ]
        assert ours == plain


@pytest.mark.parametrize(("many", "kind"), [(2, SearchableList), (9, list)])
def test_long_lists_of_the_command_are_quick_to_search(
    site: Site,
    bucket: Bucket,
    monkeypatch: pytest.MonkeyPatch,
    many: int,
    kind: type,
) -> None:
    monkeypatch.setattr(searchable, "MANY", many)
    names = [f"{number}.txt" for number in range(4)]
    site.write(dict.fromkeys(names, "text"))

    for name, summary in (
        ("copied_files", "4 static files copied."),
        ("unmodified_files", "0 static files copied, 4 unmodified."),
    ):
        command = Command()
        assert site.collect(command=command, backend=PLAIN).summary == summary
        assert sorted(getattr(command, name)) == names
        assert type(getattr(command, name)) is kind
