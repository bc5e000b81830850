"""How a run ends: published in order, by the outermost call, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.contrib.staticfiles.storage import ManifestFilesMixin

from faststatic_storages.run import collectstatic
from faststatic_storages.run.bases import refuse_wrong_order
from faststatic_storages.run.ending import EndingMixin
from faststatic_storages.run.errors import plain_to_the_command
from faststatic_storages.run.opening import OpeningMixin
from faststatic_storages.run.outermost import Method, wrap_outermost
from faststatic_storages.run.reporting import Outcome
from faststatic_storages.run.run import Run
from faststatic_storages.run.state import State

Paths = Mapping[str, tuple[Any, str]]


class PublishingMixin(EndingMixin):
    """
    Publish a run when the outermost call ends that opened it.

    That call is ``post_process()``, whoever wrote it and whatever it calls, or a
    ``staged()`` block. Errors of a run are ``CommandError``, and end with the remedy.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        with plain_to_the_command():
            refuse_wrong_order(cls, OpeningMixin)
        wrap_outermost(cls, "post_process", _in_a_run)
        wrap_outermost(cls, "save_manifest", _after_all_uploads)

    @contextmanager
    def staged(self) -> Iterator[Outcome]:
        """
        Stage every save and delete in the block, and publish them at its end.

        For deploy scripts that save files of their own. An exception in the block
        leaves the bucket as it was. Inside another run it adds to that. Yields where
        the ``report`` of all that was published is going to be.
        """
        if (outer := self._current_run()) is not None:
            yield outer.part(Outcome)
            return
        run = self._new_run()
        with self._closing(run), self._runs.enter(run, commands_join=True):
            yield run.part(Outcome)
            self._publish(run)

    def post_process(self, paths: Paths, *args: Any, **options: Any) -> Iterator[Any]:
        """
        Hash what the finders found, then bring the bucket to that state.

        ``paths`` maps each name to its source storage and the path in it. Yields what
        Django's ``post_process()`` yields; in a dry run, only what would fail.
        """
        run = self._entered_run()
        self._record_found(run, paths)
        following: Any = getattr(super(), "post_process", None)
        if following is None:
            return
        # Django's own does nothing in a dry run; here, all that it writes is staged. A
        # project's override may write by itself, so it is told.
        if getattr(following, "__func__", None) is ManifestFilesMixin.post_process:
            args, options = (), {**options, "dry_run": False}
        for processed in following(self._tracked(run, paths), *args, **options) or ():
            if not run.options.dry_run or isinstance(processed[2], Exception):
                yield processed

    def _post_process_in_a_run(
        self, post_process: Method, args: tuple[Any, ...], options: dict[str, Any]
    ) -> Iterator[Any]:
        """Run the outermost ``post_process()``, then publish what it has led to."""
        if self._runs.is_entered_to_hash():
            # An override of the project's calls the next in line.
            yield from post_process(*args, **options) or ()
            return
        run, is_ours_to_end, is_wanted = self._run_to_hash_in(args, options)
        if not is_wanted:
            # What is not hashed is the site's all the same.
            self._record_found(run, paths_of(args, options))
        results = self._resumed_in(run, post_process, args, options)
        if not is_ours_to_end:
            yield from results if is_wanted else ()
            run.leave()
            return
        with self._closing(run):
            yield from results if is_wanted else ()
            with self._runs.enter(run, commands_join=False):
                self._publish(run)

    def _run_to_hash_in(
        self, args: tuple[Any, ...], options: dict[str, Any]
    ) -> tuple[Run, bool, bool]:
        """Return the run, whether this call ends it, and whether anybody is to hash."""
        command = collectstatic.collecting_command(self)
        collecting = self._collecting(command) if command is not None else None
        if command is not None and collecting is not None:
            command.post_process = collecting.post_process
            return collecting.run, not collecting.joins, collecting.post_process
        dry_run = bool(args[1] if len(args) > 1 else options.get("dry_run", False))
        outer = self._current_run()
        if outer is None or (dry_run and not outer.options.dry_run):
            return self._new_run(dry_run=dry_run), True, True
        outer.join()
        return outer, False, True

    def _resumed_in(
        self,
        run: Run,
        post_process: Method,
        args: tuple[Any, ...],
        options: dict[str, Any],
    ) -> Iterator[Any]:
        """
        Yield what ``post_process()`` does, and be in the run while it works.

        Whoever gets a result may never come back for the next.
        """
        results: Any = None
        stay = self._runs.enter(run, commands_join=False)
        try:
            while True:
                with stay:
                    if results is None:
                        run.begin_hashing(len(paths_of(args, options)))
                        results = iter(post_process(*args, **options) or ())
                    try:
                        result = next(results)
                    except StopIteration:
                        return
                yield result
        finally:
            if hasattr(results, "close"):
                with stay:
                    results.close()

    def _entered_run(self) -> Run:
        run = self._current_run()
        assert run is not None
        return run

    def _record_found(self, run: Run, paths: Paths) -> None:
        """Take note of what the finders found, and where."""
        run.files.record_found(
            {
                # What a packer saved here before is no source, and staged already.
                run.key(name): (
                    None if storage is self else run.sources.file(storage, path)
                )
                for name, (storage, path) in paths.items()
            }
        )

    def _tracked(self, run: Run, paths: Paths) -> dict[str, tuple[Any, str]]:
        """Return ``paths`` such that the sources are recognised when they are saved."""
        return {
            name: (storage if storage is self else run.sources.tracked(storage), path)
            for name, (storage, path) in paths.items()
        }


def paths_of(args: tuple[Any, ...], options: Mapping[str, Any]) -> Paths:
    """Return what ``post_process()`` is told of the files that were found."""
    paths: Paths = args[0] if args else options.get("paths", {})
    return paths


def _in_a_run(post_process: Method) -> Method:
    """Wrap the outermost ``post_process()``."""
    is_ours = post_process is PublishingMixin.post_process

    def in_front(self: PublishingMixin, *args: Any, **options: Any) -> Any:
        # What a project's method leaves out is of the site all the same.
        self._record_found(self._entered_run(), paths_of(args, options))
        return post_process.__get__(self)(*args, **options)

    def outermost(self: PublishingMixin, *args: Any, **options: Any) -> Iterator[Any]:
        method = (post_process if is_ours else in_front).__get__(self)
        return self._post_process_in_a_run(method, args, options)

    return outermost


def _after_all_uploads(save_manifest: Method) -> Method:
    """
    Wrap the outermost ``save_manifest()``.

    Where Django's own writes the manifest into this storage, that is staged like any
    file, and goes last. What a project's method does, or another storage, cannot be
    staged: it has its turn when everything else is in place.
    """
    is_django_s = save_manifest is ManifestFilesMixin.save_manifest

    def outermost(self: PublishingMixin, *args: Any, **options: Any) -> None:
        write = partial(save_manifest.__get__(self), *args, **options)
        run = self._current_run()
        is_staged = is_django_s and self.manifest_storage is self
        if run is None or run.state is not State.OPEN:
            write()
        elif is_staged:
            write()
            run.has_manifest = True
        else:
            run.write_manifest_later(write)

    return outermost
