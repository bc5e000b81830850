"""Run contenders in turn, so that what disturbs the machine disturbs them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import corpora
from benchmarks.client import Server
from benchmarks.contenders import Contender, Place
from benchmarks.environments import Environments
from benchmarks.measure import CommandFailed, Cost, measure
from benchmarks.sources import Sources

MANIFEST = "staticfiles.json"
TOO_LONG_TO_REPEAT = 40  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """
    One measured deploy.

    ``latency`` is in milliseconds, ``peak_memory`` in bytes; ``wrong_objects`` counts
    those that another contender of the same round left with other bytes, or not at all.
    """

    corpus: str
    files: int
    latency: int
    scenario: str
    contender: str
    round: int
    wall: float
    cpu: float
    peak_memory: int
    requests: dict[str, int]
    objects: int
    wrong_objects: int
    put_seconds: float


@dataclass
class Session:
    """One server, and the state that contenders leave between their runs."""

    server: Server
    environments: Environments
    cache: Path
    work: Path
    reference: Contender
    samples: list[Sample] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    _sources: dict[str, Sources] = field(default_factory=dict)
    _versions: dict[str, int] = field(default_factory=dict)

    def sources(self, corpus: str) -> Sources:
        if corpus not in self._sources:
            self._sources[corpus] = Sources.copy(
                corpus,
                corpora.build(corpus, self.cache / "corpora"),
                self.work / corpus / "sources",
            )
        return self._sources[corpus]

    def place(self, corpus: str, name: str) -> Place:
        return Place(
            endpoint=self.server.endpoint,
            bucket=f"{corpus}-{name}",
            sources=self.sources(corpus).path,
            state=self.work / corpus / name,
            environments=self.environments,
        )

    def run(
        self,
        *,
        corpus: str,
        latency: int,
        scenario: str,
        contenders: Mapping[str, Contender],
        rounds: int,
    ) -> list[Sample]:
        """Measure the contenders, in turn; once only, what takes longer than most."""
        sources = self.sources(corpus)
        files = len(sources.files())
        if scenario != "cold":
            self.server.set_latency(0)
            contenders = {
                name: contender
                for name, contender in contenders.items()
                if self._is_brought_up_to_date(corpus, name, contender)
            }
        self.server.set_latency(latency)
        samples = []
        too_long: set[str] = set()
        for number in range(rounds):
            sources.prepare(scenario)
            expected: dict[str, str] = {}
            for name in rotated(contenders, number):
                if name in too_long:
                    continue
                place = self.place(corpus, name)
                if scenario == "cold":
                    self._wipe(place)
                contenders[name].forget(place)
                self.server.reset(place.bucket)
                try:
                    cost = self._deploy(corpus, name, contenders[name])
                except CommandFailed as error:
                    self._failed(place, error)
                    continue
                seen = self.server.seen(place.bucket)
                etags = self.server.etags(place.bucket)
                etags.pop(MANIFEST, None)
                expected = expected or etags
                sample = Sample(
                    corpus=corpus,
                    files=files,
                    latency=latency,
                    scenario=scenario,
                    contender=name,
                    round=number,
                    wall=cost.wall,
                    cpu=cost.cpu,
                    peak_memory=cost.peak_memory,
                    requests=seen.requests,
                    objects=seen.objects,
                    wrong_objects=len(expected.items() - etags.items()),
                    put_seconds=seen.put_seconds,
                )
                print(
                    f"{corpus} {latency} ms {scenario} {contenders[name].title}: "
                    f"{cost.wall:.2f} s, CPU {cost.cpu:.2f} s, "
                    f"{cost.peak_memory / 1e6:.0f} MB, {seen.requests}",
                    flush=True,
                )
                samples.append(sample)
                if cost.wall > TOO_LONG_TO_REPEAT:
                    too_long.add(name)
        self.samples += samples
        return samples

    def _is_brought_up_to_date(
        self, corpus: str, name: str, contender: Contender
    ) -> bool:
        try:
            self._bring_up_to_date(corpus, name, contender)
        except CommandFailed as error:
            self._failed(self.place(corpus, name), error)
            return False
        return True

    def _failed(self, place: Place, error: CommandFailed) -> None:
        self.failures.append(f"{place.bucket}: {error}")
        print(self.failures[-1], flush=True)
        self._versions.pop(place.bucket, None)

    def _bring_up_to_date(self, corpus: str, name: str, contender: Contender) -> None:
        place = self.place(corpus, name)
        version = self.sources(corpus).version
        if self._versions.get(place.bucket) == version:
            return
        is_new = place.bucket not in self._versions
        if is_new:
            self._wipe(place)
            if name != "reference":
                # To fill its bucket by itself would take some contenders minutes.
                self._bring_up_to_date(corpus, "reference", self.reference)
                self.server.copy(self.place(corpus, "reference").bucket, place.bucket)
        if contender.keeps_state or not is_new or name == "reference":
            self._deploy(corpus, name, contender)
        self._versions[place.bucket] = version

    def _deploy(self, corpus: str, name: str, contender: Contender) -> Cost:
        place = self.place(corpus, name)
        work = contender.work(place)
        cost = measure(work.commands, work.environ)
        self._versions[place.bucket] = self.sources(corpus).version
        return cost

    def _wipe(self, place: Place) -> None:
        self.server.wipe(place.bucket)
        place.wipe()


def rotated(names: Iterable[str], by: int) -> list[str]:
    """Return the names, starting with another one each round."""
    in_order = list(names)
    start = by % max(len(in_order), 1)
    return in_order[start:] + in_order[:start]
