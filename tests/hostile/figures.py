"""A pytest plugin: the table of what the hostile scenarios came to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

PROPERTY = "figures"
WIDTH = 60
HEADS = ("runs", "objects lost", "wrong names", "silent failures", "worst seconds")


class Figures:
    """
    What one test counts of its scenario.

    ``lost`` objects are named by a live manifest and are not there, ``wrong`` ones hold
    other bytes than their name says, and a ``silent`` failure is a run that ends well
    and has not stored what it should.
    """

    def __init__(self, scenario: str, record: Callable[[str, object], None]) -> None:
        self.scenario = scenario
        self._record = record

    def add(
        self, *, runs: int = 1, lost: int = 0, wrong: int = 0, silent: int = 0
    ) -> None:
        self._record(PROPERTY, [self.scenario, runs, lost, wrong, silent, 0])

    @contextmanager
    def timed(self) -> Iterator[None]:
        begin = time.monotonic()
        yield
        seconds = time.monotonic() - begin
        self._record(PROPERTY, [self.scenario, 0, 0, 0, 0, seconds])


@pytest.fixture
def figures(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Figures:
    """Where the test counts; the scenario is named after it."""
    function: str = request.node.originalname
    return Figures(function.removeprefix("test_").replace("_", " "), record_property)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    rows = summed(
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
        if name == PROPERTY
    )
    for number, (scenario, (*counts, seconds)) in enumerate(sorted(rows.items())):
        if number == 0:
            terminalreporter.section("hostile conditions")
            terminalreporter.line("  ".join(["scenario".ljust(WIDTH), *HEADS]))
        cells = zip([*map(str, counts), f"{seconds:.1f}"], HEADS, strict=True)
        aligned = [cell.rjust(len(head)) for cell, head in cells]
        terminalreporter.line("  ".join([scenario.ljust(WIDTH), *aligned]))


def summed(values: Iterator[list[Any]]) -> dict[str, list[Any]]:
    """Add up what was counted, by scenario; of the seconds the most."""
    rows: dict[str, list[Any]] = {}
    for scenario, *counts, seconds in values:
        before = rows.setdefault(scenario, [0] * len(HEADS))
        added = [a + b for a, b in zip(before, counts, strict=False)]
        rows[scenario] = [*added, max(before[-1], seconds)]
    return rows
