"""``python -m benchmarks``: compare ways to deploy static files to S3."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import micro, quick, report, targets
from benchmarks.client import ROOT, Server, running_server
from benchmarks.contenders import Contender, contenders, ours
from benchmarks.environments import Environments
from benchmarks.grid import run_grid
from benchmarks.measure import CommandFailed, measure
from benchmarks.runner import Session

IN_TARGETS = ("ours", "collectfasta-1", "collectfasta-20", "s5cmd-sync")


def names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--quick", action="store_true", help="ours alone; fail above the floor")
    add("--targets", action="store_true", help="only what the targets need")
    add("--contenders", type=names, help=", ".join(contenders({})))
    add("--scenarios", type=names, help=", ".join(report.SCENARIOS))
    add("--corpora", type=names, default=["real"], help="real, slice, synthetic-20000…")
    add("--latencies", type=names, default=["30"], help="milliseconds: 0,30,100")
    add("--rounds", type=int, default=3)
    add(
        "--whole",
        type=names,
        default=["collectfasta-20"],
        help="contenders that take minutes, and shall still collect all",
    )
    add("--parts", type=names, help=", ".join(micro.PARTS))
    add("--options", type=json.loads, default={}, help="JSON for ours, as max_workers")
    add("--cache", type=Path, default=ROOT / "build" / "benchmarks")
    add("--output", type=Path, default=ROOT / "build" / "benchmarks" / "results")
    parsed = parser.parse_args(arguments)
    if parsed.targets:
        parsed.contenders = parsed.contenders or list(IN_TARGETS)
        parsed.scenarios = parsed.scenarios or ["cold", "unchanged"]
    for choice, known in (
        ("contenders", list(contenders({}))),
        ("scenarios", list(report.SCENARIOS)),
        ("parts", list(micro.PARTS)),
    ):
        chosen = getattr(parsed, choice)
        setattr(parsed, choice, known if chosen is None else chosen)
        if unknown := set(getattr(parsed, choice)) - {*known}:
            parser.error(f"no {choice} named {', '.join(unknown)}: {', '.join(known)}")
    return parsed


def accepted(
    server: Server, session: Session, found: Mapping[str, Contender]
) -> dict[str, Contender]:
    """Leave out those of ours whose transport, by name, the package refuses."""
    kept = dict(found)
    for name in [name for name in found if name.startswith("ours-")]:
        place = session.place(quick.CORPUS, "options")
        server.wipe(place.bucket)
        work = found[name].work(place)
        script = Path(work.commands[0][1]).with_name("try_options.py")
        try:
            measure([[work.commands[0][0], str(script)]], work.environ)
        except CommandFailed as error:
            reason = str(error).splitlines()[-1]
            print(f"{found[name].title} is left out: {reason}", flush=True)
            del kept[name]
    return kept


def measure_parts(session: Session, options: argparse.Namespace) -> dict[str, Any]:
    context = micro.Context(
        session=session,
        options=options.options,
        rounds=options.rounds,
        latency=max(map(int, options.latencies)),
        hashed_corpus=options.corpora[0],
    )
    parts = {}
    for name in options.parts:
        parts[name] = micro.PARTS[name](context)
        print(micro.summary(name, parts[name]), flush=True)
    return parts


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    every = contenders(options.options)
    options.cache.mkdir(parents=True, exist_ok=True)
    with running_server() as server, TemporaryDirectory(dir=options.cache) as work:
        session = Session(
            server=server,
            environments=Environments(options.cache / "environments"),
            cache=options.cache,
            work=Path(work),
            reference=Contender("reference", ours(options.options), keeps_state=False),
        )
        if options.quick:
            wrong = quick.check(
                session,
                accepted(
                    server,
                    session,
                    {name: every[name] for name in every if name.startswith("ours")},
                ),
            )
            print("\n".join(wrong) or "No request above the floor.")
            return bool(wrong)
        chosen = {
            name: every[name] for name in every if name in {"ours", *options.contenders}
        }
        run_grid(
            session,
            accepted(server, session, chosen),
            corpora=options.corpora,
            latencies=[int(latency) for latency in options.latencies],
            scenarios=options.scenarios,
            rounds=options.rounds,
            whole=options.whole,
        )
        grid_samples = list(session.samples)
        parts = measure_parts(session, options)
        failures = session.failures
    write(grid_samples, session, parts, every, options)
    print("\n".join(failures))
    return bool(failures)


def write(
    grid_samples: Sequence[Any],
    session: Session,
    parts: Mapping[str, Any],
    every: Mapping[str, Contender],
    options: argparse.Namespace,
) -> None:
    """Print the tables, and write them, the samples and the plot to the output."""
    options.output.mkdir(parents=True, exist_ok=True)
    report.write_json(options.output / "results.json", session.samples, parts)
    rows = report.rows_of(grid_samples)
    lines = [micro.summary(name, results) for name, results in parts.items()]
    lines += map(str, targets.targets(rows, parts))
    table = report.as_rst(rows, every, lines)
    (options.output / "results.rst").write_text(table, encoding="utf-8")
    if rows:
        from benchmarks.plot import draw

        for latency in options.latencies:
            plot = options.output / f"results-{latency}ms.png"
            draw(plot, rows, every, int(latency))
        print("\n" + report.as_text(rows, every))
    print("\n" + "\n".join(lines))
    print(f"Written to {options.output}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
