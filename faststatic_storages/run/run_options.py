"""What a run may do, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from faststatic_storages.run.progress import Progress

Log = Callable[[str, int], None]
"""Takes a message, and the verbosity from which on it is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """
    What a run may do, and how.

    ``max_workers`` is ``None`` for as many as suit the provider. ``log`` shows what is
    for ``verbosity`` or less. ``upcoming`` yields the source storages and the paths in
    them that are probably going to be saved; ``foresees_all`` says that hardly any
    others are. ``hashed_files_before`` is the manifest that the site reads now,
    ``None`` if that cannot be told. Where nothing is listed, ``may_ask`` lets the run
    ask for one object after the other. ``ledger`` is ``True`` for one that has every
    object, and "resend" to have sent what is not in it.
    """

    log: Log
    verbosity: int
    progress: Progress = field(default_factory=Progress)
    max_workers: int | None
    max_staged_memory: int
    upcoming: Callable[[], Iterable[tuple[Any, str]]] = tuple
    foresees_all: bool = False
    manifest_name: str | None = None
    dry_run: bool = False
    clear: bool = False
    hashed_files_before: Mapping[str, str] | None = None
    may_ask: bool = False
    ledger: bool | str = False
