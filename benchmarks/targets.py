"""What has to be reached, next to what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.report import Row

LATENCY = 30
Parts = Mapping[str, Mapping[str, Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Target:
    """A number to reach: at least, or at most."""

    title: str
    measured: float
    at_least: float | None = None
    at_most: float | None = None

    def __str__(self) -> str:
        is_reached = (self.at_least is None or self.measured >= self.at_least) and (
            self.at_most is None or self.measured <= self.at_most
        )
        bound = (
            f"at least {self.at_least:g}"
            if self.at_least is not None
            else f"at most {self.at_most:g}"
        )
        verdict = "reached" if is_reached else "MISSED"
        return f"{verdict}  {self.title}: {self.measured:.3g} ({bound})"


def targets(rows: Sequence[Row], parts: Parts) -> Iterator[Target]:
    """Yield those for which there is a measurement."""
    for scenario, peer, at_least in (
        ("cold", "collectfasta", 30),
        ("cold", "s5cmd-sync", 2),
        ("unchanged", "collectfasta", 4),
        ("unchanged", "s5cmd-sync", 2.5),
    ):
        ratios = [
            row.ratio.median
            for row in rows
            if row.contender.startswith(peer)
            and (row.corpus, row.latency, row.scenario) == ("real", LATENCY, scenario)
            and row.ratio
        ]
        if ratios:
            yield Target(
                f"{scenario}: {peer} at its best, x ours", min(ratios), at_least
            )
    peaks = [
        row.peak_memory / 1e6
        for row in rows
        if row.corpus == "real" and row.contender == "ours"
    ]
    if peaks:
        yield Target("peak memory on the real corpus, MB", max(peaks), at_most=150)
    yield from targets_of_parts(parts)


def targets_of_parts(parts: Parts) -> Iterator[Target]:
    if hashing := parts.get("hashing"):
        for mode in ("cold", "unchanged"):
            share = median(hashing[mode]) / median(hashing["django"])
            title = f"CPU of post_process, {mode}, share of Django's"
            yield Target(title, share, at_most=0.25)
    if upload := parts.get("upload"):
        ratio = median(upload["ours-plain"]) / median(upload["s5cmd-plain"])
        yield Target("uploads a second, x s5cmd's", ratio, 2)
    if listing := parts.get("listing"):
        cpu = median(listing["ours"])
        yield Target("CPU seconds to list 100,000 keys", cpu, at_most=2)
    for scenario, growth in parts.get("memory", {}).items():
        yield Target(
            f"bytes of memory an object more, {scenario}", growth[0], at_most=1024
        )
