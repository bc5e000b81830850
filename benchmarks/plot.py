"""The plot: seconds for each contender, on a logarithmic scale."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

import matplotlib

from benchmarks.report import Row, scenarios_of
from benchmarks.runner import SLICE

matplotlib.use("Agg")

from matplotlib import pyplot

SHORTEST = 0.5  # seconds
OURS = "#0c4b33"
FLOOR = "#44b78b"
PEER = "#9aa5a0"
PEER_ON_A_SLICE = "#d9dedb"


def draw(path: Path, rows: Sequence[Row]) -> None:
    """
    Write a PNG with one panel a scenario.

    A contender that ran on a slice of the files stands, pale, with ours on the same.
    """
    panels = {
        scenario: sorted(
            (row for row in rows if row.situation.scenario == scenario),
            key=lambda row: (row.situation.corpus == SLICE, median(row.seconds)),
        )
        for scenario in scenarios_of(rows)
    }
    figure, axes = pyplot.subplots(
        len(panels),
        figsize=(8, 0.8 + sum(0.5 + 0.34 * len(panel) for panel in panels.values())),
        height_ratios=[len(panel) for panel in panels.values()],
        sharex=True,
        squeeze=False,
        layout="constrained",
    )
    for axis, (scenario, panel) in zip(axes.flat, panels.items(), strict=True):
        seconds = [median(row.seconds) for row in panel]
        lowest = [s - min(row.seconds) for s, row in zip(seconds, panel, strict=True)]
        highest = [max(row.seconds) - s for s, row in zip(seconds, panel, strict=True)]
        bars = axis.barh(
            [f"{row.title} — {row.files:,} files" for row in panel],
            seconds,
            xerr=[lowest, highest],
            color=[color_of(row) for row in panel],
            ecolor="#444444",
        )
        axis.bar_label(bars, fmt=" {:.1f} s", padding=4)
        title = f"{scenario}, {panel[0].situation.latency} ms a request"
        axis.set(title=title, xscale="log")
        axis.invert_yaxis()
        axis.xaxis.set_major_formatter("{x:g}")
        axis.spines[["top", "right"]].set_visible(False)
    # A bar on a logarithmic scale has no natural start: all have the same one, and room
    # for their labels at the end.
    longest = max(max(row.seconds) for row in rows)
    axes.flat[-1].set(xlim=(SHORTEST, 2 * longest), xlabel="seconds, logarithmic")
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def color_of(row: Row) -> str:
    peer = PEER_ON_A_SLICE if row.situation.corpus == SLICE else PEER
    is_ours = row.contender.startswith("ours")
    return OURS if is_ours else FLOOR if row.contender == "floor" else peer
