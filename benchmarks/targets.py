"""What has to be reached, next to what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from benchmarks.micro import Results
from benchmarks.report import Row
from benchmarks.runner import Situation

LATENCY = 30


def targets(rows: Sequence[Row], parts: Mapping[str, Results]) -> Iterator[str]:
    """Yield a line for each of which there is a measurement."""
    for scenario, peer, bound in (
        ("cold", "collectfasta", 30),
        ("cold", "s5cmd-sync", 2),
        ("unchanged", "collectfasta", 4),
        ("unchanged", "s5cmd-sync", 2.5),
    ):
        situation = Situation("real", LATENCY, scenario)
        there = [row for row in rows if row.situation == situation]
        ratios = [median(r.to_ours) for r in there if r.contender.startswith(peer)]
        if ratios:
            title = f"{scenario}: {peer} at its best, x ours"
            yield at_least(bound, min(ratios), title)
    real = [row for row in rows if row.situation.corpus == "real"]
    if peaks := [row.peak_memory / 1e6 for row in real if row.contender == "ours"]:
        yield at_most(150, max(peaks), "peak memory on the real corpus, MB")
    yield from targets_of_parts(
        {
            part: {name: median(numbers) for name, numbers in results.items()}
            for part, results in parts.items()
        }
    )


def targets_of_parts(parts: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    for mode in ("cold", "unchanged"):
        if hashing := parts.get("hashing"):
            share = hashing[mode] / hashing["django"]
            yield at_most(
                0.25, share, f"CPU of post_process, {mode}, share of Django's"
            )
        if memory := parts.get("memory"):
            yield at_most(1024, memory[mode], f"bytes an object more, {mode}")
    if upload := parts.get("upload"):
        ratio = upload["ours"] / upload["s5cmd"]
        yield at_least(2, ratio, "uploads a second, x s5cmd's")
    if listing := parts.get("listing"):
        yield at_most(2, listing["ours"], "CPU seconds to list 100,000 keys")


def at_least(bound: float, measured: float, title: str) -> str:
    verdict = "reached" if measured >= bound else "MISSED"
    return f"{verdict}  {title}: {measured:.3g} (at least {bound:g})"


def at_most(bound: float, measured: float, title: str) -> str:
    verdict = "reached" if measured <= bound else "MISSED"
    return f"{verdict}  {title}: {measured:.3g} (at most {bound:g})"
