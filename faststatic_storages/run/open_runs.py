"""Which run a thread is in: its own, its command's, or the one that started it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary, finalize

from faststatic_storages.run.run import Run


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A thread's stay in a run.

    ``commands_join`` says that a command called in here may be new to the run, as in a
    ``staged()`` block. Where Django hashes, nobody calls one, and to look takes time.
    """

    run: Run
    commands_join: bool


@dataclass(frozen=True, slots=True)
class Collecting:
    """
    A command's stay in a run.

    ``joins`` says that the run is of the block around it, ``post_process`` whether the
    command is to hash. ``close`` closes the run.
    """

    run: Run
    joins: bool
    post_process: bool
    close: Callable[[], None]


class Stay:
    """What lets a thread be in a run; to be used again and again."""

    def __init__(self, entered: dict[int, Entry], entry: Entry) -> None:
        self._entered = entered
        self._entry = entry
        self._thread = 0
        self._outer: Entry | None = None

    def __enter__(self) -> None:
        self._thread = threading.get_ident()
        self._outer = self._entered.get(self._thread)
        self._entered[self._thread] = self._entry

    def __exit__(self, *_: object) -> None:
        # A block may be left by another thread than the one that entered it.
        if self._outer is None:
            del self._entered[self._thread]
        else:
            self._entered[self._thread] = self._outer


class OpenRuns:
    """The runs that are open in one storage, each of its thread or its command."""

    def __init__(self) -> None:
        self._entered: dict[int, Entry] = {}
        self._of_commands: WeakKeyDictionary[Any, Collecting | None] = (
            WeakKeyDictionary()
        )

    @property
    def any(self) -> bool:
        """Whether some run may be open: all that a web process ever asks."""
        return bool(self._entered or self._of_commands)

    def entered(self) -> Entry | None:
        """Return where this thread is."""
        return self._entered.get(threading.get_ident())

    def is_entered_to_hash(self) -> bool:
        entry = self.entered()
        return entry is not None and not entry.commands_join

    def entered_elsewhere(self) -> Run | None:
        """Return the only run that other threads are in: one of them started this."""
        runs = {id(entry.run): entry.run for entry in [*self._entered.values()]}
        return runs.popitem()[1] if len(runs) == 1 else None

    def enter(self, run: Run, *, commands_join: bool) -> Stay:
        """Return a context in which this thread is in ``run``."""
        return Stay(self._entered, Entry(run, commands_join))

    def of_command(
        self, command: Any, begin: Callable[[], Collecting]
    ) -> Collecting | None:
        """
        Return where a command is, which ``begin`` decides at the first call.

        ``None`` while it is decided.
        """
        if command not in self._of_commands:
            # What is asked to open the run is asked outside of it.
            self._of_commands[command] = None
            collecting = self._of_commands[command] = begin()
            if not collecting.joins:
                # A command that fails tells nobody.
                finalize(command, collecting.close).atexit = False
        return self._of_commands[command]
