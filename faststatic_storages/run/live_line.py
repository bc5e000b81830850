"""One line of a terminal that shows how far a phase is, and is gone when it is over."""

from __future__ import annotations

import shutil
import threading
from typing import Any

from tqdm import tqdm

from faststatic_storages.report import readable
from faststatic_storages.run.progress import Phase

FORMAT = (
    "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} "
    "[{elapsed}<{remaining}, {rate_fmt}{postfix}]"
)
FORMAT_WITHOUT_TOTAL = "{desc}: {n_fmt}{unit} [{elapsed}{postfix}]"


class Bar(tqdm):  # type: ignore[type-arg]
    # No thread beside it, and no lock between processes.
    monitor_interval = 0


Bar.set_lock(threading.RLock())


class LiveLine:
    """Shows one phase after the other on ``stream``, a command's ``stderr``."""

    def __init__(self, stream: Any) -> None:
        self._stream = Plain(stream)
        self._bar: Bar | None = None
        self._size = 0

    def begin(self, phase: Phase, total: int | None) -> None:
        self._size = 0
        self._bar = Bar(
            desc=phase.doing,
            total=total,
            unit=f" {phase.unit}s",
            file=self._stream,
            leave=False,
            # Some terminals say that they have none.
            ncols=shutil.get_terminal_size().columns,
            bar_format=FORMAT if total else FORMAT_WITHOUT_TOTAL,
        )

    def advance(self, count: int, size: int) -> None:
        assert self._bar is not None
        if size:
            self._size += size
            self._bar.set_postfix_str(readable(self._size), refresh=False)
        self._bar.update(count)

    def end(self, phase: Phase, count: int, size: int, seconds: float) -> None:
        self.abandon()

    def abandon(self) -> None:
        bar, self._bar = self._bar, None
        if bar is not None:
            bar.close()


class Plain:
    """A command's ``stderr`` without its colour and its line ends."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> None:
        self._stream.write(text, style_func=str, ending="")
