"""What has to be reached, next to what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from statistics import median
from typing import Literal, NamedTuple

from benchmarks.parts import SCRIPTS, Results
from benchmarks.report import Row, ratios

Sign = Literal["<=", ">="]
WORDS = {"wall": "seconds", "cpu": "CPU", "peak_memory": "memory"}


class Target(NamedTuple):
    """How many times as much of something one contender may cost as another."""

    part: str
    scenario: str
    one: str
    other: str
    of: str
    sign: Sign
    bound: float


TARGETS = (
    Target("deploys", "cold", "s5cmd-sync", "ours", "wall", ">=", 3.2),
    Target("deploys", "unchanged", "s5cmd-sync", "ours", "wall", ">=", 6),
    Target("deploys", "cold", "ours", "floor", "cpu", "<=", 1.3),
    Target("deploys", "unchanged", "ours", "floor", "cpu", "<=", 1.15),
    *(
        Target("options", scenario, name, "ours", "wall", "<=", 1.15)
        for scenario in ("cold", "unchanged")
        for name in ("acl", "kms", "expires")
    ),
    Target("neighbours", "unchanged", "neighbours", "ours", "wall", "<=", 1.3),
    Target("neighbours", "unchanged", "neighbours", "ours", "peak_memory", "<=", 1.3),
    Target("uploads", "cold", "s5cmd-cp", "plain", "wall", ">=", 1.2),
)
TARGETS_OF_SCRIPTS: tuple[tuple[str, str, str, Sign, float], ...] = (
    ("hashing", "cold", "django", "<=", 0.25),
    ("hashing", "unchanged", "django", "<=", 0.25),
    ("listing", "before", "ours", ">=", 3.5),
)


def targets(
    rows: Sequence[Row], results: Mapping[str, Results], latency: int
) -> Iterator[str]:
    """Yield a line for each of which there is a measurement at this latency."""
    rows = [row for row in rows if row.situation.latency == latency]
    ours = [row for row in rows if row.contender == "ours"]
    yield from of_ratios(rows)
    yield from of_deploys([row for row in ours if row.situation.part == "deploys"])
    yield from of_growth([row for row in ours if row.situation.part == "growth"])
    yield from of_scripts(results)


def of_ratios(rows: Sequence[Row]) -> Iterator[str]:
    known = {(row.situation, row.contender): row for row in rows}
    for situation, target in product(dict.fromkeys(s for s, _ in known), TARGETS):
        one = known.get((situation, target.one))
        other = known.get((situation, target.other))
        is_meant = (situation.part, situation.scenario) == target[:2]
        if is_meant and one and other:
            numbers = ratios(one.runs, other.runs, target.of)
            title = f"{situation.corpus}, {situation.scenario}: {WORDS[target.of]} of "
            title += f"{target.one}, x {target.other}"
            yield line(title, median(numbers), target.sign, target.bound)


def of_deploys(ours: Sequence[Row]) -> Iterator[str]:
    by_scenario = {row.situation.scenario: row for row in ours}
    if {"changed", "unchanged"} <= by_scenario.keys():
        changed, unchanged = (
            median(by_scenario[name].seconds) for name in ("changed", "unchanged")
        )
        title = "one file changed: seconds, x unchanged"
        yield line(title, changed / unchanged, "<=", 1.25)
    if ours:
        peak = max(row.peak_memory for row in ours) / 1e6
        yield line("peak memory, MB", peak, "<=", 135)


def of_growth(ours: Sequence[Row]) -> Iterator[str]:
    for scenario in ("cold", "unchanged"):
        there = [row for row in ours if row.situation.scenario == scenario]
        if len(there) == 2:
            few, many = sorted(there, key=lambda row: row.files)
            growth = many.peak_memory - few.peak_memory
            title = f"growth, {scenario}: bytes of memory an object more"
            yield line(title, growth / (many.objects - few.objects), "<=", 512)
            one, other = (median(row.seconds) / row.files for row in (many, few))
            title = (
                f"growth, {scenario}: seconds a file, x those of {few.files:,} files"
            )
            yield line(title, one / other, "<=", 1.2)


def of_scripts(results: Mapping[str, Results]) -> Iterator[str]:
    for part, one, other, sign, bound in TARGETS_OF_SCRIPTS:
        pairs = zip(
            *(results.get(part, {}).get(name, []) for name in (one, other)),
            strict=False,
        )
        if measured := [seconds / others for seconds, others in pairs]:
            title = f"{part}: {SCRIPTS[part][1]}, {one}, x {other}"
            yield line(title, median(measured), sign, bound)


def line(title: str, measured: float, sign: Sign, bound: float) -> str:
    is_reached = measured <= bound if sign == "<=" else measured >= bound
    verdict = "reached" if is_reached else "MISSED"
    limit = "at most" if sign == "<=" else "at least"
    return f"{verdict}  {title}: {measured:.3g} ({limit} {bound:g})"
