"""The table of promises names tests, and they are there."""

from __future__ import annotations

import re

import pytest

from tests.docs.snippets import ROOT

NAMED = re.findall(r"``(tests/\S+)``", (ROOT / "docs/promises.rst").read_text())


@pytest.mark.parametrize("test", sorted({*NAMED}))
def test_named_test_exists(test: str) -> None:
    path, _, name = test.partition("::")

    assert re.search(
        rf"^( {{4}})?def {name}\(", (ROOT / path).read_text(), re.MULTILINE
    )


def test_each_row_names_one() -> None:
    text = (ROOT / "docs/promises.rst").read_text()
    _, *rows = text.split("   * - ")[1:]

    assert len(rows) > 15
    assert all("``tests/" in row for row in rows)
