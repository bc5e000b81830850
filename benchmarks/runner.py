"""Run contenders in turn, so that what disturbs the machine disturbs them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from pathlib import Path

from benchmarks import corpora
from benchmarks.contenders import Contender, Place
from benchmarks.measure import CommandFailed, Cost, measure
from benchmarks.server.process import Server
from benchmarks.server.store import Seen

# What else than the site's files is in a bucket need not be the same in all of them.
NOT_COMPARED = ("faststatic.", "staticfiles.")
SOURCES = "sources"
TOO_LONG_TO_REPEAT = 20  # seconds


@dataclass(frozen=True, slots=True)
class Situation:
    """What a group of contenders is run in; the latency is in milliseconds."""

    part: str
    corpus: str
    latency: int
    scenario: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """
    One measured deploy.

    ``wrong_objects`` counts those that another contender of the same round left with
    other bytes, or not at all.
    """

    situation: Situation
    files: int
    contender: str
    round: int
    cost: Cost
    seen: Seen
    wrong_objects: int


@dataclass
class Session:
    """
    One server, and the state that contenders leave between their runs.

    ``reference`` is ours. It fills the buckets that are not to be empty and that their
    contender has not filled yet: by themselves, some would take minutes.
    """

    server: Server
    cache: Path
    work: Path
    reference: Contender
    failures: list[str] = field(default_factory=list)
    # Of each corpus, who has deployed its sources as they are.
    _deployed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def place(self, corpus: str, name: str) -> Place:
        path = self.work / corpus
        return Place(
            endpoint=self.server.endpoint(),
            bucket=f"{corpus}-{name}",
            sources=corpora.working_copy(
                corpus, self.cache / "corpora", path / SOURCES
            ),
            state=path / name,
        )

    def run(
        self, situation: Situation, contenders: Mapping[str, Contender], rounds: int
    ) -> list[Sample]:
        """Measure the contenders, in turn; once only, what takes longer than most."""
        left = dict(contenders)
        if situation.scenario != "cold":
            self._fill_buckets(situation.corpus, left)
        self.server.set_latency(situation.latency)
        samples = []
        for number in range(rounds):
            self._prepare(situation)
            expected: dict[str, str] = {}
            # Another one starts each round.
            start = number % len(contenders)
            for name in [*contenders][start:] + [*contenders][:start]:
                if name in left:
                    sample = self._measure(
                        situation, name, left[name], number, expected
                    )
                    samples += [sample] if sample else []
                    if not sample or sample.cost.wall > TOO_LONG_TO_REPEAT:
                        del left[name]
        return samples

    def _measure(
        self,
        situation: Situation,
        name: str,
        contender: Contender,
        number: int,
        expected: dict[str, str],
    ) -> Sample | None:
        """Return what a run cost; ``expected`` is the bucket of the round's first."""
        place = self.place(situation.corpus, name)
        if situation.scenario == "cold":
            self.server.wipe(place.bucket)
        if situation.scenario == "cold" or not contender.keeps_state:
            place.wipe()
        self.server.reset(place.bucket)
        cost = self._deploy(situation.corpus, name, contender)
        if cost is None:
            return None
        seen = self.server.seen(place.bucket)
        print(
            *(*astuple(situation), contender.title, f"{cost.wall:.2f} s"),
            *(f"CPU {cost.cpu:.2f} s", f"{cost.peak_memory / 1e6:.0f} MB"),
            seen.requests,
            flush=True,
        )
        return Sample(
            situation=situation,
            files=len(corpora.files(place.sources)),
            contender=name,
            round=number,
            cost=cost,
            seen=seen,
            wrong_objects=self._wrong_objects(place, contender, expected),
        )

    def _wrong_objects(
        self, place: Place, contender: Contender, expected: dict[str, str]
    ) -> int:
        if not contender.is_exact:
            return 0
        etags = {
            key: etag
            for key, etag in self.server.etags(place.bucket).items()
            if not key.startswith(NOT_COMPARED)
        }
        if not expected:
            expected.update(etags)
        return len(expected.items() - etags.items())

    def _prepare(self, situation: Situation) -> None:
        sources = self.place(situation.corpus, SOURCES).sources
        if corpora.prepare(sources, situation.scenario):
            self._deployed[situation.corpus].clear()

    def _fill_buckets(self, corpus: str, contenders: dict[str, Contender]) -> None:
        """Make all buckets up to date, and drop the contenders that fail to."""
        self.server.set_latency(0)
        reference = self.place(corpus, "ours").bucket
        deployed = self._deployed[corpus]
        if "ours" not in deployed:
            self.server.make(reference)
            self._deploy(corpus, "ours", self.reference)
        for name, contender in list(contenders.items()):
            if name in deployed:
                continue
            place = self.place(corpus, name)
            self.server.copy(reference, place.bucket)
            self.server.crowd(place.bucket, contender.neighbours)
            if contender.keeps_state and not self._deploy(corpus, name, contender):
                del contenders[name]

    def _deploy(self, corpus: str, name: str, contender: Contender) -> Cost | None:
        self._deployed[corpus].discard(name)
        cost = self.measure(contender, self.place(corpus, name))
        if cost is not None:
            self._deployed[corpus].add(name)
        return cost

    def measure(self, contender: Contender, place: Place) -> Cost | None:
        """Return what a run cost; of one that failed, keep what it said."""
        try:
            return measure(contender.commands(place), contender.environ(place))
        except CommandFailed as error:
            self.failures.append(f"{place.bucket}: {error}")
            print(self.failures[-1], flush=True)
            return None
