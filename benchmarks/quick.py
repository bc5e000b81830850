"""The form for CI: never a request too many, and each part once, on next to nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from math import ceil

from benchmarks.contenders import REFERENCES, Contender
from benchmarks.corpora import Sizes
from benchmarks.measure import measure
from benchmarks.parts import SCENARIOS, Part
from benchmarks.runner import Session, Situation

CORPUS = "synthetic-1100"
CONTENDERS = ("ours", "floor", "ours-sdk")
KEYS_ON_A_PAGE = 1000
LEDGER = "faststatic.ledger"
SMALLEST = "synthetic-10"
SIZES = Sizes(SMALLEST, SMALLEST, SMALLEST, "synthetic-20", "large-2", 100, 100)


def check(session: Session, known: Mapping[str, Contender]) -> list[str]:
    """Return what is wrong, nothing if all is well."""
    wrong = []
    contenders = {name: known[name] for name in CONTENDERS}
    buckets = {name: session.place(CORPUS, name).bucket for name in contenders}
    for scenario in SCENARIOS:
        before = {name: session.server.etags(buckets[name]) for name in contenders}
        situation = Situation("requests", CORPUS, 0, scenario)
        samples = session.run(situation, contenders, rounds=1)
        if scenario in ("cold", "changed"):
            expected = hashed_by_django(session)
        for sample in samples:
            name, contender = sample.contender, contenders[sample.contender]
            after = session.server.etags(buckets[name])
            problems = [*excess(sample.seen.requests, before[name], after)]
            if contender.is_exact:
                problems += differences(after, expected)
            wrong += [f"{contender.title}, {scenario}: {line}" for line in problems]
    return wrong


def shortened(parts: Mapping[str, Part]) -> dict[str, Part]:
    """Return each part's first scenario, for ours and whom no part before it has."""
    seen: set[str] = set()
    short = {}
    for name, part in parts.items():
        left = [it for it in part.contenders if it in REFERENCES or it not in seen]
        seen.update(left)
        short[name] = Part(tuple(left), part.corpora, part.scenarios[:1])
    return short


def excess(
    requests: Mapping[str, int], before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[str]:
    """Yield the requests that a run did not need, and those that it left out."""
    puts = len(after.items() - before.items())
    pages = max(1, ceil(len(before) / KEYS_ON_A_PAGE))
    # The manifest and the ledger. The manifest once more before it is replaced: another
    # deploy may have been.
    gets = 1 + (LEDGER in after) + bool(before and puts)
    needed = {"LIST": pages, "GET": gets, "PUT": puts}
    for operation, count in requests.items():
        if count > needed.get(operation, 0):
            yield f"{count} {operation}, {needed.get(operation, 0)} would do"
    if requests.get("PUT", 0) < puts:
        yield f"{puts} objects changed by {requests.get('PUT', 0)} PUT"


def differences(etags: Mapping[str, str], expected: Mapping[str, str]) -> Iterator[str]:
    """Yield a line if the bucket has not what Django's own hashing gives."""
    wrong = [name for name, etag in expected.items() if etags.get(name) != etag]
    if wrong:
        yield f"{len(wrong)} objects are not as Django makes them, as {min(wrong)}"


def hashed_by_django(session: Session) -> dict[str, str]:
    place = session.place(CORPUS, "django")
    place.wipe()
    django = Contender("Django, to the disk")
    measure(django.commands(place), django.environ(place))
    return {
        path.relative_to(place.static_root).as_posix(): hashlib.md5(
            path.read_bytes()
        ).hexdigest()
        for path in place.static_root.rglob("*")
        if path.is_file() and path.name != "staticfiles.json"
    }
