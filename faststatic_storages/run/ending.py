"""How a run ends: what is published, in which order, and what goes at last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from faststatic_storages.run import collectstatic
from faststatic_storages.run.clearing import Clearing, ClearOptions
from faststatic_storages.run.errors import RunError
from faststatic_storages.run.opening import OpeningMixin
from faststatic_storages.run.probe import not_public
from faststatic_storages.run.progress import COMPARING, PUBLISHING
from faststatic_storages.run.releases import Release, keys_in, replaced_manifest
from faststatic_storages.run.reporting import Outcome, report_of, tell, told_of_the_plan
from faststatic_storages.run.run import Run
from faststatic_storages.run.seams import (
    is_overridden_behind,
    is_overridden_in_front,
)
from faststatic_storages.run.sender import Delete
from faststatic_storages.run.warned import warn
from faststatic_storages.sync.content import HeldBytes
from faststatic_storages.sync.leftovers import KeysInUse
from faststatic_storages.sync.plan import Reason


class EndingMixin(OpeningMixin):
    """Publish what a run has led to: all files, the manifest, then the deletions."""

    def _publish(self, run: Run) -> None:
        run.end_hashing()
        self._complete(run)
        clearing = self._clearing(run) if run.options.clear else None
        progress = run.options.progress
        with progress.during(COMPARING):
            run.make_plan(
                self._manifest_key(run), partial(self._keys_in_use, run), clearing
            )
        run.upload()
        self._keep_replaced_manifest(run)
        names = self._hashed_files() if run.has_manifest else {}
        named = self._keys_in(run, names) if names else KeysInUse()
        with progress.during(PUBLISHING):
            run.publish()
        self._replace_manifest_in_memory(run)
        deleted = run.clear(self._ways_to_delete())
        prefix = run.key("")
        collectstatic.add_deleted_files(
            self, [key.removeprefix(prefix) for key in deleted]
        )
        releases: Sequence[Release] = ()
        if clearing is not None:
            releases = clearing.kept_releases
            if kept := clearing.kept(run.plan.reasons):
                run.options.log(kept, 1)
        if self.probe and not run.options.dry_run:
            warn(not_public(self, run), lambda line: run.options.log(line, 1))
        self._report(run, [*named.served, *named.originals], releases)

    def _report(
        self, run: Run, named: Iterable[str], releases: Iterable[Release]
    ) -> None:
        """Say what the run did."""
        unchanged = run.unchanged(named)
        report = report_of(run, len(unchanged), [each.name for each in releases])
        for line, level in told_of_the_plan(run, unchanged):
            run.options.log(line, level)
        if collectstatic.collecting_command(self) is not None:
            run.options.log(str(report), 1)
        run.part(Outcome).report = report
        tell(self, report)

    def _complete(self, run: Run) -> None:
        """Change what is staged, once all of it is."""

    def _hashed_files(self) -> Mapping[str, str]:
        """Return the manifest at hand, which is empty without Django's mixin."""
        return getattr(self, "hashed_files", {})

    def _manifest_key(self, run: Run) -> str | None:
        """Return the key of the manifest, wherever it is written."""
        name: str | None = getattr(self, "manifest_name", None)
        return run.key(name) if name is not None else None

    def _keys_in(self, run: Run, *manifests: Mapping[str, str]) -> KeysInUse:
        key = self._manifest_key(run)
        if key is None:
            return KeysInUse()
        keys = [keys_in(run, key, hashed_files) for hashed_files in manifests]
        return KeysInUse(
            {name for each in keys for name in each.served},
            {name for each in keys for name in each.originals},
        )

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
                f"The manifest {self.manifest_name!r} cannot be read, so nobody knows "
                "which objects are in use, and none was deleted. Run collectstatic "
                "without --no-post-process, which replaces it."
            )
        return self._keys_in(run, *in_use)

    # What stays of a release that is being replaced.

    def _keeps_releases(self, run: Run) -> bool:
        options = self._clear_options(run)
        return bool(options.grace or options.keep_releases)

    def _clear_options(self, run: Run) -> ClearOptions:
        grace, releases = self.grace, self.keep_releases
        return ClearOptions(
            grace=run.provider.default_grace if grace is None else grace,
            keep_releases=run.provider.default_releases
            if releases is None
            else releases,
            exclusive=self.exclusive,
            clear_spares=tuple(self.clear_spares),
            max_unknown_deletions=self.max_unknown_deletions,
        )

    def _replaced(self, run: Run) -> tuple[str, bytes] | None:
        """Return the manifest of which this run takes names away, and its new name."""
        before = run.options.hashed_files_before
        if not before or not run.has_manifest or self.manifest_storage is not self:
            return None
        if {*before.values()} <= {*self._hashed_files().values()}:
            return None
        return replaced_manifest(self.manifest_name, self.manifest_version, before)

    def _keep_replaced_manifest(self, run: Run) -> None:
        """
        Write down which release is being replaced, and by its time since when.

        Who deletes later, here or on another machine, knows by it what workers and
        browsers may still ask for.
        """
        if self._keeps_releases(run) and (replaced := self._replaced(run)) is not None:
            name, body = replaced
            run.save_anew(run.key(name), HeldBytes(body))

    def _clearing(self, run: Run) -> Clearing:
        release = None
        before = run.options.hashed_files_before
        if before and (replaced := self._replaced(run)) is not None:
            keys = self._keys_in(run, before)
            served = {*keys.served, run.key(replaced[0])}
            release = Release(
                replaced[0], KeysInUse(served, keys.originals), datetime.now(UTC)
            )
        return Clearing(self, run, self._clear_options(run), release)

    # What a run that is published leaves behind.

    def _replace_manifest_in_memory(self, run: Run) -> None:
        """Let the manifest that was published be that of this process."""

    def _ways_to_delete(self) -> Mapping[Reason, Delete]:
        """
        Return the project's own ways to delete, where there are any.

        One that it has deleted in the run has come through what is in front of ours.
        """
        ways: dict[Reason, Delete] = {}
        is_behind = is_overridden_behind(type(self), "delete", EndingMixin)
        if is_behind or is_overridden_in_front(type(self), "delete", EndingMixin):
            ways[Reason.LEFT_OVER] = self.delete
        if is_behind:
            ways[Reason.DELETED] = super().delete
        return ways
