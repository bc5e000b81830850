"""What is run: a table of situations, and two parts of a run by themselves."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from benchmarks.contenders import FLOORS, OURS, REFERENCES, Contender
from benchmarks.corpora import Sizes
from benchmarks.runner import Session

SCENARIOS = ("cold", "unchanged", "fresh-mtimes", "changed")
ALWAYS = {*REFERENCES, *FLOORS}


class Part(NamedTuple):
    """Contenders that take turns on each corpus, in each scenario."""

    contenders: tuple[str, ...]
    corpora: tuple[str, ...]
    scenarios: tuple[str, ...]


def parts(sizes: Sizes) -> dict[str, Part]:
    ours = ("ours", "floor")
    peers = ("ours-sdk", "collectfasta-20", "aws-sync", "s5cmd-sync")
    slow = ("django-storages", "collectfasta-1")
    growing = (sizes.few, sizes.many)
    flat = ("plain", "plain-floor", "s5cmd-cp")
    site = (sizes.site,)
    return {
        "deploys": Part((*ours, "before", *peers), site, SCENARIOS),
        "slice": Part((*ours, *slow), (sizes.part_of_site,), SCENARIOS),
        "options": Part((*ours, "acl", "kms", "expires"), site, ("cold", "unchanged")),
        "neighbours": Part((*ours, "neighbours"), site, ("unchanged",)),
        "growth": Part(ours, growing, ("cold", "unchanged")),
        "uploads": Part(flat, (sizes.few, sizes.large), ("cold",)),
    }


Results = dict[str, list[float]]
"""A number a round, by what was measured; "floor" is the floor's."""

Known = Mapping[str, Contender]


def hashing(session: Session, known: Known, sizes: Sizes, rounds: int) -> Results:
    """CPU seconds of ``post_process()``: Django's, and ours but for the network."""
    by = [
        Contender(function, OURS, ("hashing.py", function), known["ours"].options)
        for function in ("by_floor", "by_ours", "by_django")
    ]
    return scripts(session, by, sizes.site, rounds)


def listing(session: Session, known: Known, sizes: Sizes, rounds: int) -> Results:
    """Seconds to list a bucket of 100,000 keys that a manifest names."""
    bucket = session.place(sizes.site, "scripts").bucket
    session.server.wipe(bucket)
    session.server.fill(bucket, sizes.listed)
    by = [
        replace(known[name], arguments=("listing.py", name))
        for name in ("floor", "ours", "before")
        if name in known
    ]
    return scripts(session, by, sizes.site, rounds)


def scripts(
    session: Session, contenders: list[Contender], corpus: str, rounds: int
) -> Results:
    """Return what the contenders print as JSON: names and seconds."""
    place = session.place(corpus, "scripts")
    results: Results = defaultdict(list)
    for contender in contenders * rounds:
        cost = session.measure(contender, place)
        for name, seconds in json.loads(cost.output if cost else "{}").items():
            results[name].append(seconds)
    return results


SCRIPTS: dict[str, tuple[Callable[[Session, Known, Sizes, int], Results], str]] = {
    "hashing": (hashing, "CPU seconds"),
    "listing": (listing, "seconds"),
}
