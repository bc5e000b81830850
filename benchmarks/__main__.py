"""``python -m benchmarks``: compare ways to deploy static files to S3."""

from __future__ import annotations

import argparse
import compileall
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import quick
from benchmarks.contenders import Contender, contenders
from benchmarks.corpora import Sizes
from benchmarks.parts import ALWAYS, SCENARIOS, SCRIPTS, Part, Results, parts
from benchmarks.runner import Sample, Session, Situation
from benchmarks.server.process import running_server

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "benchmarks"
PARTS = (*parts(Sizes()), *SCRIPTS)
PLOTTED = ("deploys", "slice")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--quick", action="store_true", help="fail on a request too many")
    for name, choices in (
        ("contenders", tuple(contenders({}, ROOT, Sizes()))),
        ("scenarios", SCENARIOS),
        ("parts", PARTS),
    ):
        add(f"--{name}", nargs="+", choices=choices, default=choices)
    add("--site", default="real", help="the corpus: real, slice, synthetic-20000…")
    add("--latencies", nargs="+", type=int, default=[30], help="in milliseconds")
    add("--rounds", type=int, default=3)
    add("--before", type=checkout, help="a checkout of ours, to compare with")
    add("--options", type=json.loads, default={}, help="JSON for ours, as max_workers")
    add("--cache", type=Path, default=BUILD)
    add("--output", type=Path, default=BUILD / "results")
    parsed = parser.parse_args(arguments)
    if parsed.quick:
        parsed.latencies, parsed.rounds, parsed.before = [0], 1, ROOT
    return parsed


def checkout(text: str) -> Path:
    """Return the path of a checkout, ready to be imported."""
    path = Path(text).resolve()
    if not (path / "faststatic_storages").is_dir():
        raise argparse.ArgumentTypeError(f"no faststatic_storages in {path}")
    # As whoever installs a wheel does; the first run would do it, and be slower.
    compileall.compile_dir(path / "faststatic_storages", quiet=1)
    return path


def main(arguments: Sequence[str]) -> int:
    parsed = parse(arguments)
    sizes = quick.SIZES if parsed.quick else Sizes(site=parsed.site)
    known = contenders(parsed.options, parsed.before, sizes)
    table = parts(sizes)
    wrong = []
    parsed.cache.mkdir(parents=True, exist_ok=True)
    with running_server() as server, TemporaryDirectory(dir=parsed.cache) as work:
        session = Session(server, parsed.cache, Path(work), reference=known["ours"])
        if parsed.quick:
            wrong = quick.check(session, known)
            table = quick.shortened(table)
        samples = [
            sample
            for situation, those in situations(table, known, parsed)
            for sample in session.run(situation, those, parsed.rounds)
        ]
        server.set_latency(parsed.latencies[0])
        results = {
            name: script(session, known, sizes, parsed.rounds)
            for name, (script, _) in SCRIPTS.items()
            if name in parsed.parts
        }
    text = write(samples, results, known, parsed)
    wrong += session.failures
    wrong += [
        f"{run.situation}, {run.contender}: {run.wrong_objects} objects differ"
        for run in samples
        if run.wrong_objects
    ]
    if parsed.quick:
        print("\n".join(wrong) or "No request too many, and each part runs.")
    else:
        print("\n".join((text, f"Written to {parsed.output}", *wrong)))
    return bool(wrong)


def situations(
    table: Mapping[str, Part],
    known: Mapping[str, Contender],
    parsed: argparse.Namespace,
) -> Iterator[tuple[Situation, dict[str, Contender]]]:
    """Yield what was chosen of the parts; ours and the floor run in any case."""
    chosen = ALWAYS.union(parsed.contenders).intersection(known)
    for name, part in table.items():
        if name in parsed.parts:
            names = [contender for contender in part.contenders if contender in chosen]
            scenarios = [it for it in part.scenarios if it in parsed.scenarios]
            for latency, corpus, scenario in product(
                parsed.latencies, part.corpora, scenarios
            ):
                situation = Situation(name, corpus, latency, scenario)
                yield situation, {contender: known[contender] for contender in names}


def write(
    samples: Sequence[Sample],
    results: Mapping[str, Results],
    known: Mapping[str, Contender],
    parsed: argparse.Namespace,
) -> str:
    """Write the tables, the runs and the plots; return the tables."""
    # Not earlier: the runs can use the memory and the time that this takes.
    from benchmarks.plot import draw
    from benchmarks.report import grouped, report, rows_of
    from benchmarks.targets import targets

    output = parsed.output / "quick" if parsed.quick else parsed.output
    output.mkdir(parents=True, exist_ok=True)
    measured = {"samples": [asdict(sample) for sample in samples], "parts": results}
    (output / "results.json").write_text(json.dumps(measured, indent=1) + "\n")
    rows = rows_of(samples, {name: known[name].title for name in known})
    text = report(rows, results, targets(rows, results, parsed.latencies[0]))
    (output / "results.rst").write_text(text)
    for (part, corpus, latency), there in grouped(rows).items():
        if part in PLOTTED:
            draw(output / f"{part}-{corpus}-{latency}ms.png", there)
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
