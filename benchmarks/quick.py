"""The form for CI: ours alone, and never a request above the floor."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from math import ceil
from pathlib import Path

from benchmarks.contenders import LOCAL, Contender
from benchmarks.measure import measure
from benchmarks.runner import Session

CORPUS = "synthetic-1100"
SCENARIOS = ("cold", "unchanged", "fresh-mtimes", "changed")
KEYS_ON_A_PAGE = 1000


def check(session: Session, contenders: Mapping[str, Contender]) -> list[str]:
    """Return what is wrong, nothing if all is well."""
    wrong = []
    hashed: dict[int, dict[str, str]] = {}
    for name, contender in contenders.items():
        bucket = session.place(CORPUS, name).bucket
        for scenario in SCENARIOS:
            # A bucket that was never made has no keys.
            before = session.server.etags(bucket) if scenario != "cold" else {}
            samples = session.run(
                corpus=CORPUS,
                latency=0,
                scenario=scenario,
                contenders={name: contender},
                rounds=1,
            )
            if not samples:
                continue
            after = session.server.etags(bucket)
            version = session.sources(CORPUS).version
            if version not in hashed:
                hashed[version] = hashed_by_django(session)
            problems = [
                *excess(samples[0].requests, before, after),
                *differences(after, hashed[version]),
            ]
            wrong += [f"{contender.title}, {scenario}: {line}" for line in problems]
    return wrong + session.failures


def excess(
    requests: Mapping[str, int], before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[str]:
    """Yield the requests that a run did not need, and those that it left out."""
    pages = max(1, ceil(len(before) / KEYS_ON_A_PAGE))
    puts = len(after.items() - before.items())
    floor = {"ListObjectsV2": pages, "GetObject": 1, "PutObject": puts}
    for operation, count in requests.items():
        if count > floor.get(operation, 0):
            yield f"{count} {operation}, {floor.get(operation, 0)} would do"
    if requests.get("PutObject", 0) < puts:
        yield f"{puts} objects changed by {requests.get('PutObject', 0)} PutObject"


def differences(etags: Mapping[str, str], expected: Mapping[str, str]) -> Iterator[str]:
    """Yield a line if the bucket has not what Django's own hashing gives."""
    wrong = [name for name, etag in expected.items() if etags.get(name) != etag]
    if wrong:
        yield f"{len(wrong)} objects are not as Django makes them, as {min(wrong)}"


def hashed_by_django(session: Session) -> dict[str, str]:
    place = session.place(CORPUS, "django")
    place.wipe()
    command = place.manage("collectstatic", "--noinput", "--verbosity=0")
    measure([command], place.settings(LOCAL))
    return {
        path.relative_to(place.static_root).as_posix(): digest_of(path)
        for path in place.static_root.rglob("*")
        if path.is_file() and path.name != "staticfiles.json"
    }


def digest_of(path: Path) -> str:
    return hashlib.md5(path.read_bytes()).hexdigest()
