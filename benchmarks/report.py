"""Medians, ratios and their spread: as text, as JSON and as a table for a README."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.contenders import Contender
from benchmarks.runner import Sample

BASELINE = "ours"
VERBS = {
    "CompleteMultipartUpload": "COMPLETE",
    "CopyObject": "COPY",
    "CreateMultipartUpload": "CREATE",
    "DeleteObject": "DELETE",
    "DeleteObjects": "DELETE many",
    "GetObject": "GET",
    "HeadBucket": "HEAD bucket",
    "HeadObject": "HEAD",
    "ListObjects": "LIST",
    "ListObjectsV2": "LIST",
    "PutObject": "PUT",
    "UploadPart": "PUT part",
}


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some numbers, and their extremes."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, numbers: Iterable[float]) -> Spread:
        ordered = sorted(numbers)
        return cls(median(ordered), ordered[0], ordered[-1])

    def __str__(self) -> str:
        if self.low == self.high:
            return f"{self.median:.2f}"
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


@dataclass(frozen=True, slots=True)
class Row:
    """One contender in one situation. ``ratio`` is to ours in the same round."""

    corpus: str
    files: int
    latency: int
    scenario: str
    contender: str
    runs: int
    wall: Spread
    ratio: Spread | None
    requests: str
    cpu: Spread
    peak_memory: int
    wrong_objects: int


def situation(sample: Sample) -> tuple[str, int, str]:
    return sample.corpus, sample.latency, sample.scenario


def rows_of(samples: Sequence[Sample]) -> list[Row]:
    rows = []
    keys = dict.fromkeys((*situation(sample), sample.contender) for sample in samples)
    for *where, contender in keys:
        there = [sample for sample in samples if situation(sample) == tuple(where)]
        ours = {s.round: s.wall for s in there if s.contender == BASELINE}
        own = [sample for sample in there if sample.contender == contender]
        ratios = [s.wall / ours[s.round] for s in own if s.round in ours]
        rows.append(
            Row(
                corpus=own[0].corpus,
                files=own[0].files,
                latency=own[0].latency,
                scenario=own[0].scenario,
                contender=contender,
                runs=len(own),
                wall=Spread.of(sample.wall for sample in own),
                ratio=Spread.of(ratios) if ratios else None,
                requests=in_words(own[-1].requests),
                cpu=Spread.of(sample.cpu for sample in own),
                peak_memory=max(sample.peak_memory for sample in own),
                wrong_objects=max(sample.wrong_objects for sample in own),
            )
        )
    return rows


def in_words(requests: Mapping[str, int]) -> str:
    words = [f"{count:,} {VERBS[operation]}" for operation, count in requests.items()]
    return ", ".join(words) or "none"


HEADINGS = (
    "Files",
    "Contender",
    "Seconds",
    "x ours",
    "Requests",
    "CPU s",
    "Peak MB",
    "Runs",
)


def cells(row: Row, contenders: Mapping[str, Contender]) -> tuple[str, ...]:
    return (
        f"{row.files:,}",
        contenders[row.contender].title
        + (f" ({row.wrong_objects} objects differ)" if row.wrong_objects else ""),
        str(row.wall),
        str(row.ratio or ""),
        row.requests,
        f"{row.cpu.median:.2f}",
        f"{row.peak_memory / 1e6:.0f}",
        str(row.runs),
    )


def as_text(rows: Sequence[Row], contenders: Mapping[str, Contender]) -> str:
    table = [HEADINGS, *(cells(row, contenders) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in table
    ]
    titles = ["", *(f"{row.latency} ms, {row.scenario}" for row in rows)]
    return "\n".join(
        f"{title:20}{line}" for title, line in zip(titles, lines, strict=True)
    )


def as_summary(
    rows: Sequence[Row], contenders: Mapping[str, Contender], latency: int
) -> str:
    """Return a table for a README: seconds of each contender in each scenario."""
    there = [row for row in rows if row.latency == latency]
    scenarios = [name for name in SCENARIOS if name in {row.scenario for row in there}]
    whole = max((row.files for row in there), default=0)
    table = [("Seconds (times ours)", *scenarios, "Peak MB")]
    for name in dict.fromkeys(row.contender for row in there):
        own = [row for row in there if row.contender == name]
        if name == BASELINE:
            own = [row for row in own if row.files == whole]
        by_scenario = {row.scenario: row for row in own}
        peak = max(row.peak_memory for row in own)
        table.append(
            (
                contenders[name].title,
                *(
                    in_brief(by_scenario[scenario], whole)
                    if scenario in by_scenario
                    else ""
                    for scenario in scenarios
                ),
                f"{peak / 1e6:.0f}",
            )
        )
    return list_table(f"{whole:,} files, {latency} ms a request", table)


def in_brief(row: Row, files: int) -> str:
    ratio = (
        f" ({row.ratio.median:.1f})" if row.ratio and row.contender != BASELINE else ""
    )
    on_slice = f" on {row.files:,} files" if row.files != files else ""
    return f"{row.wall.median:.1f}{ratio}{on_slice}"


def list_table(title: str, table: Iterable[Sequence[str]]) -> str:
    lines = [f".. list-table:: {title}", "   :header-rows: 1", ""]
    for row in table:
        lines += [f"   {' ' if i else '*'} - {cell}" for i, cell in enumerate(row)]
    return "\n".join(lines)


def as_rst(
    rows: Sequence[Row], contenders: Mapping[str, Contender], lines_below: Sequence[str]
) -> str:
    about = machine()
    versions = ", ".join(f"{name} {v}" for name, v in about["versions"].items() if v)
    blocks = [f"{about['cpus']} CPUs, Python {about['python']}, {versions}."]
    for latency in dict.fromkeys(row.latency for row in rows):
        blocks.append(as_summary(rows, contenders, latency))
    for (latency, scenario), group in groupby(
        sorted(rows, key=lambda row: (row.latency, SCENARIOS.index(row.scenario))),
        key=lambda row: (row.latency, row.scenario),
    ):
        table = [HEADINGS, *(cells(row, contenders) for row in group)]
        blocks.append(list_table(f"{scenario}, {latency} ms a request", table))
    blocks.append("\n".join(f"- {line}" for line in lines_below))
    return "\n\n".join(blocks).rstrip() + "\n"


SCENARIOS = ("cold", "unchanged", "fresh-mtimes", "changed")


def machine() -> dict[str, Any]:
    packages = ("faststatic-storages", "Django", "django-storages", "boto3", "obstore")
    return {
        "system": platform.platform(),
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: installed(name) for name in packages},
    }


def installed(package: str) -> str | None:
    try:
        return version(package)
    except ModuleNotFoundError:
        return None


def write_json(
    path: Path,
    samples: Sequence[Sample],
    parts: Mapping[str, Mapping[str, Sequence[float]]],
) -> None:
    content = {
        "machine": machine(),
        "samples": [asdict(sample) for sample in samples],
        "parts": parts,
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
