"""What single parts cost: hashing, listing, uploads, and memory for each object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks import contenders
from benchmarks.contenders import PROJECT, Place
from benchmarks.measure import measure
from benchmarks.runner import Sample, Session

LISTED_KEYS = 100_000
SMALL_FILES = "synthetic-20000"
MANY_SMALL_FILES = "synthetic-100000"


@dataclass(frozen=True, slots=True)
class Context:
    """What every part needs. ``options`` are those of our storage."""

    session: Session
    options: Mapping[str, Any]
    rounds: int
    latency: int
    hashed_corpus: str

    def cpu(self, place: Place, backend: str, script: str, *arguments: str) -> float:
        """Run one of the project's scripts and return the CPU seconds it prints."""
        python = place.environments.program("")
        s3_options = None if backend == contenders.LOCAL else self.options
        cost = measure(
            [[python, str(PROJECT / script), *arguments]],
            place.settings(backend, s3_options),
        )
        return float(cost.output.split()[0])


def hashing(context: Context) -> dict[str, list[float]]:
    """CPU seconds of ``post_process()``: Django's, and ours but for the network."""
    place = context.session.place(context.hashed_corpus, "hashing")
    place.wipe()
    state = str(place.state / "objects.pickle")
    script = "hash_with_ours.py"
    context.cpu(place, contenders.OURS, script, "fill", state)
    seconds: dict[str, list[float]] = {"django": [], "cold": [], "unchanged": []}
    for _ in range(context.rounds):
        seconds["django"].append(
            context.cpu(place, contenders.LOCAL, "hash_with_django.py")
        )
        for mode in ("cold", "unchanged"):
            seconds[mode].append(
                context.cpu(place, contenders.OURS, script, mode, state)
            )
    return seconds


def listing(context: Context) -> dict[str, list[float]]:
    """CPU seconds to list a bucket of 100,000 keys."""
    place = context.session.place("slice", "listing")
    context.session.server.wipe(place.bucket)
    context.session.server.fill(place.bucket, LISTED_KEYS)
    context.session.server.set_latency(0)
    return {
        "ours": [
            context.cpu(place, contenders.OURS, "list_bucket.py")
            for _ in range(context.rounds)
        ]
    }


def upload(context: Context) -> dict[str, list[float]]:
    """Objects a second, between the server's first and last PUT."""
    found = contenders.plain_contenders(context.options)
    samples = context.session.run(
        corpus=SMALL_FILES,
        latency=context.latency,
        scenario="cold",
        contenders=found,
        rounds=context.rounds,
    )
    # They are no deploys of a whole site, and belong in no table of those.
    del context.session.samples[-len(samples) :]
    return {
        name: [
            sample.objects / sample.put_seconds
            for sample in samples
            if sample.contender == name
        ]
        for name in found
    }


def memory(context: Context) -> dict[str, list[float]]:
    """Bytes of peak memory for each object more, from 20,000 to 100,000 files."""
    ours = {"ours": contenders.contenders(context.options)["ours"]}
    growth = {}
    for scenario in ("cold", "unchanged"):
        peaks: list[Sample] = []
        for corpus in (SMALL_FILES, MANY_SMALL_FILES):
            peaks += context.session.run(
                corpus=corpus,
                latency=0,
                scenario=scenario,
                contenders=ours,
                rounds=1,
            )
        few, many = peaks
        growth[scenario] = [
            (many.peak_memory - few.peak_memory) / (many.objects - few.objects)
        ]
    return growth


PARTS: dict[str, Callable[[Context], dict[str, list[float]]]] = {
    "hashing": hashing,
    "listing": listing,
    "upload": upload,
    "memory": memory,
}


def summary(name: str, results: Mapping[str, list[float]]) -> str:
    unit = {"upload": "objects/s", "memory": "bytes an object"}.get(name, "CPU s")
    parts = (
        f"{key} {median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
        for key, values in results.items()
    )
    return f"{name}, {unit}: " + "; ".join(parts)
