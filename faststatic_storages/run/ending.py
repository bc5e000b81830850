"""How a run ends: what is published, in which order, and what goes at last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import chain

from faststatic_storages.run import collectstatic
from faststatic_storages.run.clearing import Clearing, ClearOptions
from faststatic_storages.run.errors import RunError
from faststatic_storages.run.opening import OpeningMixin
from faststatic_storages.run.probe import not_public
from faststatic_storages.run.progress import COMPARING, PUBLISHING
from faststatic_storages.run.releases import Release, keys_in, replaced_manifest
from faststatic_storages.run.reporting import (
    Outcome,
    headers_that_stay,
    report_of,
    tell,
    told_of_the_plan,
)
from faststatic_storages.run.run import GONE, Run
from faststatic_storages.run.seams import (
    is_overridden_behind,
    is_overridden_in_front,
)
from faststatic_storages.run.sender import Delete
from faststatic_storages.run.warned import warn
from faststatic_storages.sync.content import HeldBytes
from faststatic_storages.sync.leftovers import KeysInUse
from faststatic_storages.sync.plan import Reason
from faststatic_storages.sync.upload import Overtaken


class EndingMixin(OpeningMixin):
    """Publish what a run has led to: all files, the manifest, then the deletions."""

    def _publish(self, run: Run) -> None:
        run.end_hashing()
        clearing = self._bring_up(run)
        names = self._hashed_files() if run.has_manifest else {}
        named = self._keys_in(run, names) if names else KeysInUse()
        while (others := self._publish_manifest(run, names)) is not None:
            clearing = self._make_good(run, others, named)
        self._spare_what_another_names(run, names)
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
        memory = run.bucket.memory
        if memory is not None and (unknown := len(memory.unknown)):
            run.options.log(headers_that_stay(unknown), 1)
        if self.probe and not run.options.dry_run:
            warn(not_public(self, run), lambda line: run.options.log(line, 1))
        self._report(run, chain(named.served, named.originals), releases)

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

    def _bring_up(self, run: Run) -> Clearing | None:
        """Have everything but the manifest in place."""
        self._complete(run)
        clear, keeps = run.options.clear, self._keeps_releases(run)
        replaced = self._replaced(run) if clear or keeps else None
        clearing = self._clearing(run, replaced) if clear else None
        with run.options.progress.during(COMPARING):
            self._look_for_what_is_named(run)
            run.make_plan(
                self._manifest_key(run), partial(self._keys_in_use, run), clearing
            )
        run.upload()
        if keeps and replaced is not None:
            name, body = replaced
            # By its time, who deletes later, here or on another machine, knows since
            # when the release that is replaced is used no more.
            run.save_anew(run.key(name), HeldBytes(body))
        return clearing

    def _look_for_what_is_named(self, run: Run) -> None:
        """Have it known what is there before another deploy may publish, and delete."""
        index = run.files.index
        if run.has_manifest and index is not None and not index.is_whole:
            for key in self._keys_in(run, self._hashed_files()).served:
                index.get(key)

    def _complete(self, run: Run) -> None:
        """Change what is staged, once all of it is."""

    def _hash_what_is_remembered(self, run: Run) -> None:
        """Have the bytes of all files at hand, those that need no hashing as well."""

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
        return keys_in(run, key, *manifests)

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

    # What another deploy does meanwhile.

    def _hashed_files_by_now(self, run: Run) -> Mapping[str, str] | None:
        """Ask for the manifest that sites read; ``None`` if that cannot be told."""
        return None

    def _names_of_another(
        self, run: Run, *mine: Mapping[str, str] | None
    ) -> Mapping[str, str] | None:
        """Return the manifest in place, ``None`` where it is one of ``mine``."""
        names = self._hashed_files_by_now(run)
        return None if names is None or names in mine else names

    def _publish_manifest(
        self, run: Run, names: Mapping[str, str]
    ) -> Mapping[str, str] | None:
        """
        Publish, or return the manifest that another deploy has published meanwhile.

        With its ``--clear`` that may have deleted what this run relies on.
        """
        before = run.options.hashed_files_before
        if run.replaces_manifest:
            others = self._names_of_another(run, before, names)
            if others is not None:
                return others
        progress = run.options.progress
        try:
            with progress.during(PUBLISHING):
                run.publish(is_guarded=True)
        except Overtaken:
            others = self._names_of_another(run, before, names)
            if others is not None:
                return others
            # The service does not know such a condition.
            with progress.during(PUBLISHING):
                run.publish()
        return None

    def _make_good(
        self, run: Run, others: Mapping[str, str], named: KeysInUse
    ) -> Clearing | None:
        """Bring up once more what is not as it was when this run looked."""
        before = run.files.index or ()
        self._hash_what_is_remembered(run)
        run.look_again(others)
        index = run.files.index or ()
        lost = [
            key
            for key in named.served
            if key in before and key not in index and key not in run.files.staged
        ]
        if lost:
            raise RunError(
                "Another deploy has published since this one began, and has deleted "
                f"{len(lost)} of the objects that this one needs, such as {min(lost)}. "
                "The manifest was not replaced. Run collectstatic again."
            )
        clearing = self._bring_up(run)
        again = run.plan.keys(Reason.NEW, Reason.CHANGED, Reason.HEADERS)
        count = len({*again} - {self._manifest_key(run)})
        run.options.log(
            "Another deploy has published since this one began, and this one replaces "
            f"it: {count} of the objects that it needs had to be sent again.",
            1,
        )
        return clearing

    def _spare_what_another_names(self, run: Run, names: Mapping[str, str]) -> None:
        """Let stay what a deploy names that has published after this one."""
        if not run.plan.keys(*GONE) or run.options.dry_run:
            return
        mine = names if run.has_manifest else run.options.hashed_files_before
        if (others := self._names_of_another(run, mine)) is not None:
            keys = self._keys_in(run, others)
            spared = run.spare({*keys.served, *keys.originals})
            run.options.log(
                "Another deploy has published since, and this one spares what it "
                f"names: {len(spared)} of the objects that were to be deleted.",
                1,
            )

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

    def _clearing(self, run: Run, replaced: tuple[str, bytes] | None) -> Clearing:
        release = None
        before = run.options.hashed_files_before
        if before and replaced is not None:
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
