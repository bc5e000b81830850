"""When a run is open, and how it ends: the ground that the mixins share."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation

from faststatic_storages.providers import provider_for
from faststatic_storages.run import collectstatic
from faststatic_storages.run.errors import reported_to_the_command
from faststatic_storages.run.listing import Listing
from faststatic_storages.run.parent import ParentStorage
from faststatic_storages.run.run import Run, RunOptions

if TYPE_CHECKING:
    from django.core.files.storage import Storage

    from faststatic_storages.providers.base import Provider

TRANSPORTS = ("auto", "obstore", "sdk")

logger = logging.getLogger(__name__)


class _Runs(threading.local):
    """The run that this thread is in the middle of publishing, if any."""

    publishing: Run | None = None

    def __init__(self) -> None:
        self.of_command: WeakKeyDictionary[Any, Run] = WeakKeyDictionary()


class TransactionMixin(ParentStorage):
    """
    Open a run when one begins, publish it in order, and forget it when it fails.

    A run is open while the stock ``collectstatic`` collects into this storage, while
    ``post_process()`` runs, and inside ``with storage.staged():``. Errors of a run are
    ``CommandError``, and end with the remedy.
    """

    provider_class: type[Provider] | str | None = None
    # Storages that are not django-storages' take no OPTIONS of ours, so these are
    # attributes as well.
    max_workers: int | None = None
    transport: str = "auto"
    max_staged_memory: int = 8 * 1024 * 1024

    _may_ask = True

    def get_default_settings(self) -> dict[str, Any]:
        return {
            **super().get_default_settings(),
            "max_workers": self.max_workers,
            "transport": self.transport,
            "max_staged_memory": self.max_staged_memory,
        }

    @cached_property
    def _provider(self) -> Provider:
        return provider_for(self)

    @cached_property
    def _runs(self) -> _Runs:
        return _Runs()

    def __getstate__(self) -> dict[str, Any]:
        state: Any = super().__getstate__()
        return {
            name: value
            for name, value in state.items()
            if name not in ("_provider", "_runs")
        }

    def _start_listing(self) -> Listing | None:
        """Return what tells of the bucket before the run; ``None`` is nothing."""
        return None

    @contextmanager
    def staged(self) -> Iterator[None]:
        """
        Stage every save and delete in the block, and publish them at its end.

        For deploy scripts that save files of their own. An exception in the block
        leaves the bucket as it was. Inside another run it adds to that.
        """
        if self._current_run() is not None:
            yield
            return
        run = self._new_run()
        with self._publishing(run):
            yield
            self._publish(run)

    def post_process(
        self,
        paths: Mapping[str, tuple[Storage, str]],
        dry_run: bool = False,
        **options: Any,
    ) -> Iterator[Any]:
        """
        Hash what the finders found, then bring the bucket to that state.

        ``paths`` maps each name to its source storage and the path in it. Yields what
        Django's ``post_process()`` yields; in a dry run, only what would fail.
        """
        run = self._current_run() or self._new_run(dry_run=dry_run)
        outer_run = self._runs.publishing
        with self._publishing(run):
            hashed_files_before = self._hashed_files()
            tracked_paths = run.find(paths)
            if run.options.dry_run:
                # The command saves nothing in a dry run, and the plan needs it all.
                run.save_found()
            if run.options.post_process and hasattr(super(), "post_process"):
                for processed in self._hash(
                    super().post_process, tracked_paths, run.options.dry_run, options
                ):
                    # Who gets it may never come back, nor let go of this generator.
                    self._runs.publishing = outer_run
                    yield processed
                    self._runs.publishing = run
            self._publish(
                run,
                named=lambda: self._keys_in_manifest(run, self._hashed_files()),
                named_before=lambda: self._keys_in_manifest(run, hashed_files_before),
            )

    def _hash(
        self,
        post_process: Callable[..., Iterator[Any]],
        paths: Mapping[str, Any],
        dry_run: bool,
        options: Mapping[str, Any],
    ) -> Iterator[Any]:
        # Django's own does nothing in a dry run; here, all that it writes is staged. A
        # project's override may write by itself, so it is told.
        is_django_s = (
            getattr(post_process, "__func__", None) is ManifestFilesMixin.post_process
        )
        for processed in post_process(
            paths, dry_run=dry_run and not is_django_s, **options
        ):
            if not dry_run or isinstance(processed[2], Exception):
                yield processed

    def save_manifest(self) -> None:
        """Write the manifest, in a run only after all that it names is in place."""
        run = self._runs.publishing
        if run is not None:
            run.upload()
            if run.options.dry_run and not self._keeps_own_manifest():
                return
        super().save_manifest()

    def _new_run(self, **options: Any) -> Run:
        with reported_to_the_command(self._provider):
            if self.max_workers is not None and self.max_workers < 1:
                raise ImproperlyConfigured(
                    f"max_workers is {self.max_workers}. Set it to 1 or more."
                )
            if self.transport not in TRANSPORTS:
                raise ImproperlyConfigured(
                    f"transport is {self.transport!r}. Set it to one of "
                    f"{', '.join(map(repr, TRANSPORTS))}."
                )
            self._provider.check()
            return Run(
                self._provider,
                self._start_listing(),
                RunOptions(
                    max_workers=self.max_workers,
                    max_staged_memory=self.max_staged_memory,
                    may_ask=self._may_ask,
                    **{"log": log_to_logger, **options},
                ),
            )

    def _run_of_command(self, command: Any) -> Run:
        runs = self._runs.of_command
        if command not in runs:
            runs[command] = self._new_run(
                log=command.log,
                dry_run=command.dry_run,
                clear=command.clear,
                post_process=command.post_process,
                upcoming=lambda: collectstatic.sources_of(command),
            )
            collectstatic.speed_up(command)
            # The command ends without a word to the storage, unless it post-processes.
            command.post_process = True
        return runs[command]

    def _current_run(self) -> Run | None:
        if (run := self._runs.publishing) is not None:
            return run
        if (command := collectstatic.collecting_command(self)) is None:
            return None
        run = self._run_of_command(command)
        return None if run.finished else run

    @contextmanager
    def _publishing(self, run: Run) -> Iterator[None]:
        """Let the block work in ``run``; forget its manifest unless it succeeds."""
        manifest = {
            name: value
            for name, value in vars(self).items()
            if name in ("hashed_files", "manifest_hash")
        }
        published = False
        outer_run = self._runs.publishing
        self._runs.publishing = run
        try:
            with reported_to_the_command(self._provider):
                yield
            published = not run.options.dry_run
        finally:
            self._runs.publishing = outer_run
            if run is not outer_run:
                run.close()
            if not published:
                vars(self).update(manifest)

    def _publish(
        self,
        run: Run,
        named: Callable[[], Iterable[str]] = tuple,
        named_before: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        run.upload()
        leftovers = run.delete_leftovers(named=named(), named_before=named_before())
        prefix = run.key("")
        collectstatic.add_deleted_files(
            self, [key.removeprefix(prefix) for key in leftovers]
        )
        run.options.log(
            run.report(
                named=named() if run.options.post_process else (),
                deleted=len(leftovers),
            ),
            1,
        )

    def _keeps_own_manifest(self) -> bool:
        return self.manifest_storage is self

    def _hashed_files(self) -> Mapping[str, str]:
        """Return the manifest at hand, which is empty without Django's mixin."""
        return getattr(self, "hashed_files", {})

    def _keys_in_manifest(
        self, run: Run, hashed_files: Mapping[str, str]
    ) -> Iterator[str]:
        """Yield the keys that a site with such a manifest asks for."""
        names = chain(hashed_files, hashed_files.values())
        if hasattr(self, "manifest_name") and self._keeps_own_manifest():
            names = chain(names, [self.manifest_name])
        for name in names:
            # Whoever wrote the manifest may have kept files elsewhere.
            with suppress(SuspiciousOperation):
                yield run.key(name)


def log_to_logger(message: str, level: int) -> None:
    logger.info(message)
