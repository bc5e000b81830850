"""Run contenders in turn, so that what disturbs the machine disturbs them all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path

from benchmarks import corpora
from benchmarks.contenders import Contender, Place
from benchmarks.measure import CommandFailed, Cost, measure
from benchmarks.server.process import Server
from benchmarks.server.store import Seen

MANIFEST = "staticfiles.json"
REFERENCE = "reference"
SLICE = "slice"
ALWAYS = ("ours", "floor")
TOO_LONG_TO_REPEAT = 40  # seconds


@dataclass(frozen=True, slots=True)
class Situation:
    """What a group of contenders is run in; the latency is in milliseconds."""

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

    ``reference`` fills the buckets that are not to be empty: by themselves, some
    contenders would take minutes.
    """

    server: Server
    cache: Path
    work: Path
    reference: Contender
    failures: list[str] = field(default_factory=list)

    def place(self, corpus: str, name: str) -> Place:
        path = self.work / corpus
        return Place(
            endpoint=self.server.endpoint(),
            bucket=f"{corpus}-{name}",
            sources=corpora.working_copy(
                corpus, self.cache / "corpora", path / "sources"
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
            sources = self.place(situation.corpus, REFERENCE).sources
            corpora.prepare(sources, situation.scenario)
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
        cost = self._deploy(place, contender)
        if cost is None:
            return None
        seen = self.server.seen(place.bucket)
        etags = self.server.etags(place.bucket)
        etags.pop(MANIFEST, None)
        if contender.is_exact and not expected:
            expected.update(etags)
        wrong = expected.items() - etags.items() if contender.is_exact else ()
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
            wrong_objects=len(wrong),
        )

    def _fill_buckets(self, corpus: str, contenders: dict[str, Contender]) -> None:
        """Make all buckets up to date, and drop the contenders that fail to."""
        self.server.set_latency(0)
        reference = self.place(corpus, REFERENCE)
        self.server.wipe(reference.bucket)
        self._deploy(reference, self.reference)
        for name, contender in list(contenders.items()):
            place = self.place(corpus, name)
            self.server.copy(reference.bucket, place.bucket)
            if contender.keeps_state and not self._deploy(place, contender):
                del contenders[name]

    def _deploy(self, place: Place, contender: Contender) -> Cost | None:
        try:
            return measure(contender.commands(place), contender.environ(place))
        except CommandFailed as error:
            self.failures.append(f"{place.bucket}: {error}")
            print(self.failures[-1], flush=True)
            return None


def run_grid(
    session: Session,
    contenders: Mapping[str, Contender],
    situations: Iterable[Situation],
    rounds: int,
    whole: Collection[str],
) -> list[Sample]:
    """
    Run the contenders in all situations.

    Those that would take minutes run on a slice of the files, unless they are named in
    ``whole``. Those of ``ALWAYS`` run beside both.
    """
    samples = []
    for situation in situations:
        groups: dict[str, dict[str, Contender]] = {situation.corpus: {}}
        for name, contender in contenders.items():
            if situation.scenario in contender.only_in and name not in ALWAYS:
                is_slow = situation.scenario in contender.slow_in and name not in whole
                corpus = SLICE if is_slow else situation.corpus
                groups.setdefault(corpus, {})[name] = contender
        for corpus, group in groups.items():
            group = {name: contenders[name] for name in ALWAYS} | group
            samples += session.run(replace(situation, corpus=corpus), group, rounds)
    return samples
