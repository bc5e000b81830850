"""Ctrl-C and SIGTERM end a run in order, and with one line that says what is intact."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import ref

from faststatic_storages.run.errors import what_is_intact
from faststatic_storages.run.state import State

if TYPE_CHECKING:
    from faststatic_storages.run.run import Run

# A terminal that closes sends SIGHUP, which Windows does not have.
NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
SIGNALS = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
AGAIN = "Run collectstatic again: it sends only what is missing."
DEFAULTS = (signal.SIG_DFL, signal.default_int_handler)


class Interrupts:
    """
    The signals that end a run, for as long as it is open.

    Without them SIGTERM ends the process where it stands, with temporary files left
    behind. Whoever handles a signal already (a web server, a task queue) keeps it, and
    threads other than the main one, which get none, change nothing.
    """

    def __init__(self) -> None:
        self._handlers: dict[signal.Signals, tuple[Any, Any]] = {}

    def begin(self, run: Run, *, exits: bool) -> None:
        """
        Let a signal end ``run``.

        ``exits`` says that the process has nothing else to do, as under manage.py:
        Ctrl-C is then told in one line, not in a traceback.
        """
        if threading.current_thread() is not threading.main_thread():
            return
        for number in SIGNALS:
            if (before := signal.getsignal(number)) in DEFAULTS:
                handler = partial(_interrupt, ref(run), os.getpid(), before, exits)
                self._handlers[number] = before, handler
                signal.signal(number, handler)

    def end(self) -> None:
        """Let the signals do what they did before."""
        for number, (before, handler) in self._handlers.items():
            # A run that is dropped may be closed by whatever thread is at work then.
            with suppress(ValueError):
                if signal.getsignal(number) is handler:
                    signal.signal(number, before)


def _interrupt(
    run_of: Callable[[], Run | None],
    process: int,
    before: Any,
    exits: bool,
    number: int,
    frame: Any,
) -> None:
    run = run_of()
    if run is None or run.state is State.CLOSED or os.getpid() != process:
        # A child that was forked during the run is ended as if there were none.
        signal.signal(number, before)
        signal.raise_signal(number)
    else:
        # Neither is an Exception, which a project may catch and go on.
        kind = SystemExit if exits or number != signal.SIGINT else KeyboardInterrupt
        raise kind(f"Interrupted. {what_is_intact(run)} {AGAIN}")
