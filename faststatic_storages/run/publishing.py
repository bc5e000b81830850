"""How a run ends: published in order, by the outermost call, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.core.exceptions import SuspiciousOperation

from faststatic_storages.run import collectstatic
from faststatic_storages.run.bases import refuse_wrong_order
from faststatic_storages.run.errors import RunError
from faststatic_storages.run.opening import OpeningMixin
from faststatic_storages.run.outermost import Method, wrap_outermost
from faststatic_storages.run.run import Run
from faststatic_storages.run.seams import (
    is_overridden_behind,
    is_overridden_in_front,
)
from faststatic_storages.run.sender import Delete
from faststatic_storages.run.state import State
from faststatic_storages.sync.leftovers import KeysInUse
from faststatic_storages.sync.plan import Reason

Paths = Mapping[str, tuple[Any, str]]


class PublishingMixin(OpeningMixin):
    """
    Publish a run when the outermost call ends that opened it.

    That call is ``post_process()``, whoever wrote it and whatever it calls, or a
    ``staged()`` block. Errors of a run are ``CommandError``, and end with the remedy.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        refuse_wrong_order(cls, OpeningMixin)
        wrap_outermost(cls, "post_process", _in_a_run)
        wrap_outermost(cls, "save_manifest", _after_all_uploads)

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
        with self._closing(run), self._runs.enter(run, commands_join=True):
            yield
            self._publish(run)

    def post_process(self, paths: Paths, *args: Any, **options: Any) -> Iterator[Any]:
        """
        Hash what the finders found, then bring the bucket to that state.

        ``paths`` maps each name to its source storage and the path in it. Yields what
        Django's ``post_process()`` yields; in a dry run, only what would fail.
        """
        run = self._entered_run()
        self._find(run, paths)
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
                        run.begin_hashing()
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

    def _find(self, run: Run, paths: Paths) -> None:
        """Take note of what the finders found, and where."""
        run.files.find(
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

    def _publish(self, run: Run) -> None:
        run.end_hashing()
        run.make_plan(self._manifest_key(run), partial(self._keys_in_use, run))
        run.upload()
        manifests = [self._hashed_files()] if run.has_manifest else []
        named = self._keys_in(run, *manifests)
        run.publish()
        self._replace_manifest_in_memory(run)
        deleted = run.clear(self._ways_to_delete())
        prefix = run.key("")
        names = [key.removeprefix(prefix) for key in deleted]
        collectstatic.add_deleted_files(self, names)
        run.options.log(run.summary({*named.served, *named.originals}), 1)

    def _ways_to_delete(self) -> Mapping[Reason, Delete]:
        """
        Return the project's own ways to delete, where there are any.

        One that it has deleted in the run has come through what is in front of ours.
        """
        ways: dict[Reason, Delete] = {}
        is_behind = is_overridden_behind(type(self), "delete", PublishingMixin)
        if is_behind or is_overridden_in_front(type(self), "delete", PublishingMixin):
            ways[Reason.LEFT_OVER] = self.delete
        if is_behind:
            ways[Reason.DELETED] = super().delete
        return ways

    def _replace_manifest_in_memory(self, run: Run) -> None:
        """Let the manifest that was published be that of this process."""

    def _hashed_files(self) -> Mapping[str, str]:
        """Return the manifest at hand, which is empty without Django's mixin."""
        return getattr(self, "hashed_files", {})

    def _manifest_key(self, run: Run) -> str | None:
        """Return the key of the manifest, wherever it is written."""
        name = getattr(self, "manifest_name", None)
        return run.key(name) if name is not None else None

    def _keys_in_use(self, run: Run) -> KeysInUse:
        """Return what a site may ask for while this run deletes, and afterwards."""
        before = run.options.hashed_files_before
        if run.has_manifest:
            in_use = [self._hashed_files()]
            if not run.options.clear and before is not None:
                in_use.append(before)
        elif before is not None:
            in_use = [before]
        else:
            raise RunError(
                f"The manifest {getattr(self, 'manifest_name', '')!r} cannot be read, "
                "so nobody knows which objects are in use, and none was deleted. Run "
                "collectstatic without --no-post-process, which replaces it."
            )
        return self._keys_in(run, *in_use)

    def _keys_in(self, run: Run, *manifests: Mapping[str, str]) -> KeysInUse:
        served, originals = set(), set()
        if manifests and (manifest_key := self._manifest_key(run)) is not None:
            served.add(manifest_key)
        for hashed_files in manifests:
            for name, hashed_name in hashed_files.items():
                # Whoever wrote the manifest may have kept files elsewhere.
                with suppress(SuspiciousOperation):
                    originals.add(run.key(name))
                with suppress(SuspiciousOperation):
                    served.add(run.key(hashed_name))
        return KeysInUse(served, originals)


def _in_a_run(post_process: Method) -> Method:
    """Wrap the outermost ``post_process()``."""
    is_ours = post_process is PublishingMixin.post_process

    def in_front(self: PublishingMixin, *args: Any, **options: Any) -> Any:
        # What a project's method leaves out is of the site all the same.
        self._find(self._entered_run(), args[0] if args else options.get("paths", {}))
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
