"""The form for CI: ours and the floor, and never a request too many."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from math import ceil

from benchmarks.contenders import SCENARIOS, Contender
from benchmarks.measure import measure
from benchmarks.runner import REFERENCE, Session, Situation

CORPUS = "synthetic-1100"
KEYS_ON_A_PAGE = 1000


def check(session: Session, contenders: Mapping[str, Contender]) -> list[str]:
    """Return what is wrong, nothing if all is well."""
    wrong = []
    reference = session.place(CORPUS, REFERENCE).bucket
    for scenario in SCENARIOS:
        samples = session.run(Situation(CORPUS, 0, scenario), contenders, rounds=1)
        before = {} if scenario == "cold" else session.server.etags(reference)
        expected = hashed_by_django(session)
        for sample in samples:
            contender = contenders[sample.contender]
            after = session.server.etags(session.place(CORPUS, sample.contender).bucket)
            problems = [*excess(sample.seen.requests, before, after)]
            if contender.is_exact:
                problems += differences(after, expected)
            wrong += [f"{contender.title}, {scenario}: {line}" for line in problems]
    return wrong + session.failures


def excess(
    requests: Mapping[str, int], before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[str]:
    """Yield the requests that a run did not need, and those that it left out."""
    puts = len(after.items() - before.items())
    pages = max(1, ceil(len(before) / KEYS_ON_A_PAGE))
    # The manifest, and once more before it is replaced: another deploy may have been.
    gets = 2 if before and puts else 1
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
