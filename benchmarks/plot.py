"""The plot in the README: seconds for each contender, on a logarithmic scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib

from benchmarks.contenders import Contender
from benchmarks.grid import SLICE
from benchmarks.report import Row

matplotlib.use("Agg")

from matplotlib import pyplot

SHORTEST = 0.5  # seconds
OURS = "#0c4b33"
PEER = "#9aa5a0"
PEER_ON_A_SLICE = "#d9dedb"


def draw(
    path: Path, rows: Sequence[Row], contenders: Mapping[str, Contender], latency: int
) -> None:
    """
    Write a PNG with one panel a scenario.

    A contender that was measured on a slice of the files stands with ours on the same
    slice, both pale.
    """
    rows = [row for row in rows if row.latency == latency]
    scenarios = list(dict.fromkeys(row.scenario for row in rows))
    panels = [[row for row in rows if row.scenario == name] for name in scenarios]
    figure, axes = pyplot.subplots(
        len(panels),
        figsize=(8, 0.8 + sum(0.5 + 0.34 * len(panel) for panel in panels)),
        height_ratios=[len(panel) for panel in panels],
        sharex=True,
        squeeze=False,
        layout="constrained",
    )
    for axis, scenario, panel in zip(axes.flat, scenarios, panels, strict=True):
        ordered = sorted(panel, key=lambda row: (row.corpus == SLICE, row.wall.median))
        bars = axis.barh(
            [f"{contenders[r.contender].title} — {r.files:,} files" for r in ordered],
            [row.wall.median for row in ordered],
            xerr=[
                [row.wall.median - row.wall.low for row in ordered],
                [row.wall.high - row.wall.median for row in ordered],
            ],
            color=[color_of(row) for row in ordered],
            ecolor="#444444",
        )
        axis.bar_label(bars, [f" {r.wall.median:.1f} s" for r in ordered], padding=4)
        axis.set(title=f"{scenario}, {latency} ms a request", xscale="log")
        axis.invert_yaxis()
        axis.xaxis.set_major_formatter("{x:g}")
        axis.spines[["top", "right"]].set_visible(False)
    # A bar on a logarithmic scale has no natural start: all have the same one, and room
    # for their labels at the end.
    longest = max(row.wall.high for row in rows)
    axes.flat[-1].set(xlim=(SHORTEST, 2 * longest), xlabel="seconds, logarithmic")
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def color_of(row: Row) -> str:
    if row.contender.startswith("ours"):
        return OURS
    return PEER_ON_A_SLICE if row.corpus == SLICE else PEER
