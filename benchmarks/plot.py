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

COLUMNS = 2
TITLES = {
    "cold": "First deploy",
    "unchanged": "Nothing changed",
    "fresh-mtimes": "Nothing changed, fresh checkout",
    "changed": "One file changed",
}
OURS = "#0c4b33"
OURS_OTHERWISE = "#44b78b"
PEER = "#b5bdb9"
TEXT = "#1f2925"


def draw(path: Path, rows: Sequence[Row]) -> None:
    """
    Write a PNG with one panel a scenario, each with its own scale from 0.

    All rows are of one corpus and one latency. The background is white, so that it can
    be read on a page of any colour.
    """
    scenarios = scenarios_of(rows)
    columns = min(COLUMNS, len(scenarios))
    lines = -(-len(scenarios) // columns)
    shown = [row for row in rows if row.contender not in FLOORS]
    # The same in all panels: the fastest first deploy, and so on.
    by_time = sorted(shown, key=lambda row: (of_scenario(row), median(row.seconds)))
    order = list(dict.fromkeys(row.title for row in by_time))
    figure, axes = pyplot.subplots(
        lines,
        columns,
        figsize=(2 + 4 * columns, 0.7 + lines * (0.5 + 0.3 * len(order))),
        squeeze=False,
        layout="constrained",
    )
    for axis in axes.flat:
        axis.set_axis_off()
    for number, (axis, scenario) in enumerate(zip(axes.flat, scenarios, strict=False)):
        panel = {row.title: row for row in shown if row.situation.scenario == scenario}
        axis.set_axis_on()
        axis.set_title(TITLES[scenario], loc="left", color=TEXT, weight="bold")
        draw_panel(axis, [panel.get(title) for title in order])
        labels = order if number % columns == 0 else []
        axis.set_yticks(range(len(labels)), labels, color=TEXT)
    files, latency = rows[0].files, rows[0].situation.latency
    figure.suptitle(
        f"Seconds to collect {files:,} static files into S3, {latency} ms a request\n"
        "(and how many times as long as faststatic_storages)",
        color=TEXT,
    )
    figure.supxlabel("Each panel has its own scale.", color=TEXT, fontsize="small")
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def draw_panel(axis: Axes, panel: Sequence[Row | None]) -> None:
    """Draw a bar for each of which there is a run."""
    there = [(place, row) for place, row in enumerate(panel) if row is not None]
    seconds = [median(row.seconds) for _, row in there]
    colors = [color_of(row) for _, row in there]
    bars = axis.barh([place for place, _ in there], seconds, color=colors)
    axis.bar_label(bars, [label_of(row) for _, row in there], padding=5, color=TEXT)
    # Room for the labels.
    axis.set(xlim=(0, 1.4 * max(seconds)), ylim=(len(panel) - 0.4, -0.6))
    axis.xaxis.set_visible(False)
    axis.tick_params(left=False)
    axis.spines[["top", "right", "bottom"]].set_visible(False)


def of_scenario(row: Row) -> int:
    return [*TITLES].index(row.situation.scenario)


def label_of(row: Row) -> str:
    seconds = median(row.seconds)
    text = f"{seconds:.0f} s" if seconds >= 20 else f"{seconds:.1f} s"
    if row.contender in REFERENCES or not row.ours:
        return text
    ratio = median(ratios(row.runs, row.ours))
    return f"{text} ({ratio:.0f}x)" if ratio >= 10 else f"{text} ({ratio:.1f}x)"


def color_of(row: Row) -> str:
    if row.contender in REFERENCES:
        return OURS
    return OURS_OTHERWISE if row.title.startswith("faststatic_storages") else PEER
