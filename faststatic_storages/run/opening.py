"""When a run is open in a storage, and whose it is."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from weakref import WeakMethod

from faststatic_storages.providers import provider_for
from faststatic_storages.providers.headers import Headers, Rules
from faststatic_storages.run import collectstatic
from faststatic_storages.run.display import display_for
from faststatic_storages.run.errors import RunError, reported_to_the_command
from faststatic_storages.run.headers import check_headers
from faststatic_storages.run.interrupt import Interrupts
from faststatic_storages.run.leaving import freeze_now_and_at_exit
from faststatic_storages.run.listing import Listing
from faststatic_storages.run.open_runs import Collecting, Entry, OpenRuns
from faststatic_storages.run.options import DEFAULTS, check_options
from faststatic_storages.run.outermost import is_replaced
from faststatic_storages.run.parent import ParentStorage
from faststatic_storages.run.place import warnings_of_place
from faststatic_storages.run.progress import Progress
from faststatic_storages.run.refusal import Refusal, keep_refusals
from faststatic_storages.run.replaced import warn_of_replacement
from faststatic_storages.run.reporting import begin_report
from faststatic_storages.run.run import Run
from faststatic_storages.run.run_options import RunOptions
from faststatic_storages.run.searchable import keep_searchable
from faststatic_storages.run.state import State
from faststatic_storages.run.warned import warn

if TYPE_CHECKING:
    from faststatic_storages.providers.base import Provider

OVER = (State.PUBLISHED, State.CLEARED, State.CLOSED)

logger = logging.getLogger(__name__)


class OpeningMixin(ParentStorage):
    """
    Open a run when one begins, and tell which one a caller is in.

    Outside of a run nothing is kept but the options: no client, no provider.
    """

    provider_class: type[Provider] | str | None = None
    # Storages that are not django-storages' take no OPTIONS of ours, so these are
    # attributes as well.
    max_workers: int | None = DEFAULTS["max_workers"]
    transport: str = DEFAULTS["transport"]
    max_staged_memory: int = DEFAULTS["max_staged_memory"]
    grace: int | None = DEFAULTS["grace"]
    keep_releases: int | None = DEFAULTS["keep_releases"]
    exclusive: bool = DEFAULTS["exclusive"]
    clear_spares: Sequence[str] = DEFAULTS["clear_spares"]
    max_unknown_deletions: int = DEFAULTS["max_unknown_deletions"]
    ledger: bool | str = DEFAULTS["ledger"]
    headers: Rules = DEFAULTS["headers"]
    probe: bool = DEFAULTS["probe"]
    hashed_cache_control: str | None = DEFAULTS["hashed_cache_control"]
    report_file: str | os.PathLike[str] | None = DEFAULTS["report_file"]

    may_ask = True
    """Whether a run that lists nothing may ask for one object after the other."""

    _refusal: Refusal | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        keep_refusals(cls)

    def _our_options(self) -> dict[str, Any]:
        """Return what ``OPTIONS`` may have besides django-storages' own."""
        return DEFAULTS

    def get_default_settings(self) -> dict[str, Any]:
        ours = {
            name: getattr(self, name, default)
            for name, default in self._our_options().items()
        }
        return {**super().get_default_settings(), **ours}

    def _check_options(self) -> None:
        """Raise ``ImproperlyConfigured`` for a wrong one."""
        check_options(self)

    @cached_property
    def _runs(self) -> OpenRuns:
        if self._refusal is not None:
            self._refusal.tell()
        return OpenRuns()

    def __getstate__(self) -> dict[str, Any]:
        state: Any = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_runs"}

    def _listing(self, provider: Provider) -> Listing | None:
        """Return what tells of the bucket before the run; ``None`` is nothing."""
        return None

    def _hashed_files_in_place(self) -> Mapping[str, str] | None:
        """Return the manifest that the site reads, ``None`` if that cannot be told."""
        return getattr(self, "hashed_files", {})

    def _current_run(self) -> Run | None:
        """
        Return the run that the caller is in.

        That is the one that its thread entered; else that of the stock command on its
        stack; else, for threads that a project starts while it post-processes, the only
        one that any other thread entered. What is published is over: a project's way to
        delete what goes then deletes it in the bucket.
        """
        entry = self._runs.entered()
        if entry is not None and not entry.commands_join:
            run: Run | None = entry.run
        else:
            run = self._run_of_caller(entry)
        return run if run is not None and run.state not in OVER else None

    def _run_of_caller(self, entry: Entry | None) -> Run | None:
        if (command := collectstatic.collecting_command(self)) is not None:
            keep_searchable(command)
            collecting = self._collecting(command)
            if collecting is not None:
                return collecting.run
        elif entry is None:
            warn_of_replacement()
        return entry.run if entry is not None else self._runs.entered_elsewhere()

    def _collecting(self, command: Any) -> Collecting | None:
        return self._runs.of_command(command, partial(self._begin_collecting, command))

    def _begin_collecting(self, command: Any) -> Collecting:
        """
        Open the run of a command, or let the command join the block around it.

        It joins unless it only pretends, and the block does not.
        """
        warn_of_replacement()
        if is_replaced(self, "post_process"):
            with reported_to_the_command():
                raise RunError(
                    f"post_process() of {type(self).__qualname__} was replaced after "
                    "the class was made, and would end the run with nothing sent. "
                    "Define it in a class that inherits this one."
                )
        entry = self._runs.entered()
        joins = entry is not None and (entry.run.options.dry_run or not command.dry_run)
        if entry is not None and joins:
            run = entry.run
            run.join(clear=command.clear)
        else:
            log = log_of(command)
            run = self._new_run(
                log=log,
                verbosity=command.verbosity,
                progress=Progress(display_for(command, log)),
                dry_run=command.dry_run,
                clear=command.clear,
                upcoming=partial(
                    collectstatic.probable_sources, tuple(command.ignore_patterns)
                ),
                foresees_all=collectstatic.all_finders_are_django_s(),
                exits=collectstatic.is_called_by_manage_py(command),
            )
        collecting = Collecting(
            run,
            joins=joins,
            post_process=command.post_process,
            close=partial(close, run),
        )
        # The command ends without a word to the storage, unless it post-processes. It
        # gets its own flag back when it does.
        command.post_process = True
        return collecting

    def _new_run(self, *, exits: bool = False, **options: Any) -> Run:
        with reported_to_the_command():
            self._check_options()
            provider = provider_for(self)
            check_headers(self.headers, provider)
            provider.check()
            begin_report(self.report_file)
            run_options = RunOptions(
                max_workers=self.max_workers,
                max_staged_memory=self.max_staged_memory,
                may_ask=self.may_ask,
                ledger=self.ledger,
                hashed_files_before=self._hashed_files_in_place(),
                manifest_name=getattr(self, "manifest_name", None),
                **{**options_without_a_command(), **options},
            )
            warnings = (*provider.warnings(), *warnings_of_place(provider))
            warn(warnings, lambda line: run_options.log(line, 1))
            listing = self._listing(provider)
            run = Run(provider, listing, run_options)
            provider.headers = Headers(self.headers, partial(self._cache_control, run))
        # From the first request on, whoever interrupts is told what is intact.
        run.part(Interrupts).begin(run, exits=exits)
        if exits:
            freeze_now_and_at_exit()
        if listing is not None:
            run.start_listing(listing)
        return run

    def _cache_control(self, run: Run, key: str) -> str | None:
        """Return the ``Cache-Control`` of a key where the project says none."""
        is_hashed = key in run.bucket.named_by_content
        return self.hashed_cache_control if is_hashed else None

    @contextmanager
    def _closing(self, run: Run) -> Iterator[None]:
        """Close ``run`` at the end of the block, and say what became of it."""
        try:
            with reported_to_the_command(run):
                yield
        finally:
            close(run)


def close(run: Run) -> None:
    """Let go of everything that a run holds, the signals at last."""
    run.close()
    run.part(Interrupts).end()


def log_of(command: Any) -> Callable[[str, int], None]:
    """Return the command's ``log()``, without keeping the command alive."""
    method = WeakMethod(command.log)

    def log(message: str, level: int) -> None:
        if (log_now := method()) is not None:
            log_now(message, level)

    return log


def options_without_a_command() -> dict[str, Any]:
    """Return how a run tells that no command is told: on the logger of this module."""
    levels = {1: logging.INFO}

    def log(message: str, level: int) -> None:
        logger.log(levels.get(level, logging.DEBUG), message)

    return {"log": log, "verbosity": 3 if logger.isEnabledFor(logging.DEBUG) else 1}
