"""The plot: seconds for each contender, and how many times as long as ours they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

import matplotlib

from benchmarks.contenders import FLOORS, REFERENCES
from benchmarks.report import Row, ratios, scenarios_of

matplotlib.use("Agg")

from matplotlib import pyplot
from matplotlib.axes import Axes

TITLES = {
    "cold": "First deploy",
    "unchanged": "Nothing changed",
    "fresh-mtimes": "Nothing changed, fresh checkout",
    "changed": "One file changed",
}
OURS = "#0c4b33"
OURS_OTHERWISE = "#44b78b"
PEER = "#9aa5a0"
TEXT = "#1f2925"


def draw(path: Path, rows: Sequence[Row]) -> None:
    """
    Write a PNG with one panel a scenario, each with its own scale from 0.

    All rows are of one corpus and one latency. The background is white, so that it can
    be read on a page of any colour.
    """
    titles = [row.title for row in rows if row.contender not in FLOORS]
    order = list(dict.fromkeys(titles))
    scenarios = scenarios_of(rows)
    figure, axes = pyplot.subplots(
        len(scenarios),
        figsize=(8, 0.6 + len(scenarios) * (0.6 + 0.32 * len(order))),
        squeeze=False,
        layout="constrained",
    )
    for axis, scenario in zip(axes.flat, scenarios, strict=True):
        panel = [
            row
            for row in rows
            if row.situation.scenario == scenario and row.title in order
        ]
        draw_panel(axis, sorted(panel, key=lambda row: median(row.seconds)))
        axis.set_title(TITLES[scenario], loc="left", color=TEXT, weight="bold")
    files, latency = rows[0].files, rows[0].situation.latency
    figure.suptitle(f"collectstatic of {files:,} files to S3, {latency} ms a request")
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def draw_panel(axis: Axes, panel: Sequence[Row]) -> None:
    seconds = [median(row.seconds) for row in panel]
    bars = axis.barh(
        [row.title for row in panel], seconds, color=[color_of(row) for row in panel]
    )
    labels = [label_of(row) for row in panel]
    axis.bar_label(bars, labels, padding=5, color=TEXT)
    # Room for the labels.
    axis.set_xlim(0, 1.25 * max(seconds))
    axis.invert_yaxis()
    axis.xaxis.set_visible(False)
    axis.tick_params(left=False, labelcolor=TEXT)
    axis.spines[["top", "right", "bottom"]].set_visible(False)


def label_of(row: Row) -> str:
    text = f"{median(row.seconds):.1f} s"
    if row.contender in REFERENCES:
        return text
    return f"{text}, {median(ratios(row.runs, row.ours)):.1f} x"


def color_of(row: Row) -> str:
    if row.contender in REFERENCES:
        return OURS
    return OURS_OTHERWISE if row.contender.startswith("ours") else PEER
