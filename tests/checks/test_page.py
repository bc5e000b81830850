"""The page of the checks has each of them, and no other."""

from __future__ import annotations

import re

from faststatic_storages.providers.misconfigured import Problem
from tests.docs.snippets import ROOT


def test_each_id_is_documented_once_and_in_order() -> None:
    text = (ROOT / "docs/checks.rst").read_text()

    anchors = re.findall(r"^\.\. _faststatic_storages\.(\w+):$", text, re.MULTILINE)
    titles = re.findall(r"^``faststatic_storages\.(\w+)``", text, re.MULTILINE)

    assert anchors == titles == [*map(str, Problem)]


def test_each_id_is_used() -> None:
    package = ROOT / "faststatic_storages"
    source = "".join(path.read_text() for path in package.rglob("*.py"))

    assert [kind for kind in Problem if f"Problem.{kind.name}" not in source] == []
