"""``python -m benchmarks``: compare ways to deploy static files to S3."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import quick
from benchmarks.contenders import SCENARIOS, Contender, contenders
from benchmarks.micro import PARTS, Results
from benchmarks.runner import ALWAYS, Sample, Session, Situation, run_grid
from benchmarks.server.process import running_server

BUILD = Path(__file__).resolve().parent.parent / "build" / "benchmarks"
IN_QUICK = (*ALWAYS, "ours-obstore", "ours-sdk")
IN_TARGETS = (*ALWAYS, "collectfasta-1", "collectfasta-20", "s5cmd-sync")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--quick", action="store_true", help="fail on a request too many")
    add("--targets", action="store_true", help="only what the targets need")
    for name, choices in (
        ("contenders", tuple(contenders({}))),
        ("scenarios", SCENARIOS),
        ("parts", tuple(PARTS)),
    ):
        add(f"--{name}", nargs="*", choices=choices, default=choices)
    add("--corpora", nargs="+", default=["real"], help="real, slice, synthetic-20000…")
    add("--latencies", nargs="+", type=int, default=[30], help="in milliseconds")
    add("--rounds", type=int, default=3)
    slow = "contenders that take minutes, and shall still collect all"
    add("--whole", nargs="*", default=["collectfasta-20"], help=slow)
    add("--options", type=json.loads, default={}, help="JSON for ours, as max_workers")
    add("--cache", type=Path, default=BUILD)
    add("--output", type=Path, default=BUILD / "results")
    parsed = parser.parse_args(arguments)
    if parsed.targets:
        parsed.contenders, parsed.scenarios = IN_TARGETS, ("cold", "unchanged")
    return parsed


def main(arguments: Sequence[str]) -> int:
    parsed = parse(arguments)
    every = contenders(parsed.options)
    parsed.cache.mkdir(parents=True, exist_ok=True)
    with running_server() as server, TemporaryDirectory(dir=parsed.cache) as work:
        session = Session(server, parsed.cache, Path(work), reference=every["ours"])
        if parsed.quick:
            wrong = quick.check(session, {name: every[name] for name in IN_QUICK})
            print("\n".join(wrong) or "No request too many.")
            return bool(wrong)
        chosen = {*ALWAYS, *parsed.contenders}
        grid = product(parsed.latencies, parsed.scenarios, parsed.corpora)
        samples = run_grid(
            session,
            {name: every[name] for name in every if name in chosen},
            [Situation(corpus, latency, name) for latency, name, corpus in grid],
            parsed.rounds,
            parsed.whole,
        )
        parts = {name: PARTS[name][0](session, parsed) for name in parsed.parts}
    write(samples, parts, every, parsed.output)
    print("\n".join(session.failures))
    return bool(session.failures)


def write(
    samples: Sequence[Sample],
    parts: Mapping[str, Results],
    every: Mapping[str, Contender],
    output: Path,
) -> None:
    """Print the tables, and write them, the samples and the plots to ``output``."""
    # Not earlier: the runs can use the memory and the time that this takes.
    from benchmarks.plot import draw
    from benchmarks.report import report, rows_of
    from benchmarks.targets import targets

    output.mkdir(parents=True, exist_ok=True)
    measured = {"samples": [asdict(sample) for sample in samples], "parts": parts}
    (output / "results.json").write_text(json.dumps(measured, indent=1) + "\n")
    rows = rows_of(samples, {name: every[name].title for name in every})
    text = report(rows, parts, targets(rows, parts))
    (output / "results.rst").write_text(text)
    for latency in {row.situation.latency for row in rows}:
        there = [row for row in rows if row.situation.latency == latency]
        draw(output / f"results-{latency}ms.png", there)
    print(f"\n{text}\nWritten to {output}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
