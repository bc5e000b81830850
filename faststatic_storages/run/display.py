"""Where a run shows how far it is: on a terminal, in a log, or nowhere."""

from __future__ import annotations

from typing import Any

from faststatic_storages.report import counted, readable
from faststatic_storages.run.progress import Display, Phase
from faststatic_storages.run.run_options import Log


def display_for(command: Any, log: Log) -> Display | None:
    """
    Return what shows the phases of a command's run.

    A terminal gets a live line, unless it gets a line for each key.
    """
    if command.verbosity == 1 and command.stderr.isatty():
        from faststatic_storages.run.live_line import LiveLine

        return LiveLine(command.stderr)
    return Lines(log) if command.verbosity else None


class Lines:
    """A line for each phase when it is over, as the log of a build takes it."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def begin(self, phase: Phase, total: int | None) -> None:
        """It is told when it is over."""

    def advance(self, count: int, size: int) -> None:
        """It is told when it is over."""

    def end(self, phase: Phase, count: int, size: int, seconds: float) -> None:
        if count:
            what = counted(count, phase.unit) + (f", {readable(size)}," if size else "")
            self._log(f"{phase.done} {what} in {seconds:.1f} s.", 1)

    def abandon(self) -> None:
        """The error tells what there is to tell."""
