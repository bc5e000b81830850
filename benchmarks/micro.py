"""What single parts cost: hashing, listing, uploads, and memory for each object."""

from __future__ import annotations

import json
from argparse import Namespace
from collections import defaultdict
from collections.abc import Callable

from benchmarks.contenders import OURS, Contender, contenders, plain_contenders
from benchmarks.measure import measure
from benchmarks.runner import ALWAYS, Session, Situation

LISTED_KEYS = 100_000
SMALL_FILES = "synthetic-20000"
MANY_SMALL_FILES = "synthetic-100000"

Results = dict[str, list[float]]
"""A number a round, by what was measured: "floor", or "floor, …", is the floor's."""


def hashing(session: Session, arguments: Namespace) -> Results:
    """CPU seconds of ``post_process()``: Django's, and ours but for the network."""
    by = ("hashing_by_floor", "hashing_by_ours", "hashing_by_django")
    return cpu(session, arguments, "hashing", *by)


def listing(session: Session, arguments: Namespace) -> Results:
    """CPU seconds to list a bucket of 100,000 keys."""
    bucket = session.place(arguments.corpora[0], "listing").bucket
    session.server.wipe(bucket)
    session.server.fill(bucket, LISTED_KEYS)
    session.server.set_latency(0)
    by = ("listing_by_floor", "listing_by_ours")
    return cpu(session, arguments, "listing", *by)


def cpu(
    session: Session, arguments: Namespace, bucket: str, *functions: str
) -> Results:
    """Return the CPU seconds that functions of ``project/parts.py`` print."""
    place = session.place(arguments.corpora[0], bucket)
    results: Results = defaultdict(list)
    for function in functions * arguments.rounds:
        script = ("parts.py", function)
        part = Contender(function, OURS, script, arguments.options)
        cost = measure(part.commands(place), part.environ(place))
        for name, seconds in json.loads(cost.output).items():
            results[name].append(seconds)
    return results


def upload(session: Session, arguments: Namespace) -> Results:
    """Objects a second, between the server's first and last PUT."""
    situation = Situation(SMALL_FILES, max(arguments.latencies), "cold")
    plain = plain_contenders(arguments.options)
    results: Results = defaultdict(list)
    for sample in session.run(situation, plain, arguments.rounds):
        rate = sample.seen.objects / sample.seen.put_seconds
        results[sample.contender].append(rate)
    return results


def memory(session: Session, arguments: Namespace) -> Results:
    """Bytes of peak memory for each object more, from 20,000 to 100,000 files."""
    every = contenders(arguments.options)
    always = {name: every[name] for name in ALWAYS}
    results: Results = {}
    for scenario in ("cold", "unchanged"):
        few, many = (
            session.run(Situation(corpus, 0, scenario), always, rounds=1)
            for corpus in (SMALL_FILES, MANY_SMALL_FILES)
        )
        for less, more in zip(few, many, strict=True):
            name = scenario if less.contender == "ours" else f"floor, {scenario}"
            growth = more.cost.peak_memory - less.cost.peak_memory
            results[name] = [growth / (more.seen.objects - less.seen.objects)]
    return results


PARTS: dict[str, tuple[Callable[[Session, Namespace], Results], str]] = {
    "hashing": (hashing, "CPU seconds"),
    "listing": (listing, "CPU seconds"),
    "upload": (upload, "objects a second"),
    "memory": (memory, "bytes an object"),
}
