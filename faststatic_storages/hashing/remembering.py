"""Hash only what an earlier run has not hashed with the same outcome."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from faststatic_storages.hashing.references import Hashing, References
from faststatic_storages.hashing.remembered import (
    NotAtHand,
    OutputElsewhere,
    Remembered,
    inputs_of,
    is_named_after,
    targets,
)
from faststatic_storages.hashing.sourcemaps import Warned
from faststatic_storages.hashing.trust import code_of, is_django_s
from faststatic_storages.run.memory import Memory
from faststatic_storages.run.progress import HASHING
from faststatic_storages.run.run import Run
from faststatic_storages.run.staging import StagedStorageMixin
from faststatic_storages.sync.content import Content, SourceFile
from faststatic_storages.sync.digests import MD5
from faststatic_storages.sync.hashed import HashedFile, HashedFiles, Output

# So many CSS and JavaScript files are hashed in the time that one GET takes.
FEWEST_FILES = 500


class RememberingMixin(StagedStorageMixin):
    """
    Leave out of hashing what is proven to come to what the site has in place.

    The manifest in place tells a file's hashed name, and the name the digest of the
    bytes that it was made of. Where these are the source's own, and the bucket holds
    them, there is nothing to hash. What Django would search for references may come out
    with other bytes: of these files, on large sites, the ledger has what they were
    hashed from. A file is left out if all of that is the same now, by digest, and if so
    are the files that it refers to.

    Nobody who can write the ledger or the manifest thereby has a file named that is not
    in the bucket with the bytes that fit its name. Whatever is amiss is hashed.
    """

    keep_intermediate_files: bool
    manifest_integrity: bool
    max_post_process_passes: int

    def _remember(
        self, run: Run, paths: Mapping[str, Any], adjustable: Collection[str]
    ) -> Remembered:
        """Return what of ``paths`` need not be hashed."""
        remembered = Remembered()
        in_place = run.options.hashed_files_before
        if not in_place or not self._may_remember(run, paths):
            return remembered
        rows = self._rows_of(run, adjustable)
        searched = {*adjustable}
        held = {}
        for name, (_, path) in paths.items():
            row, hashed_name = rows.get(name), in_place.get(name)
            if hashed_name is None or (row is None and name in searched):
                continue
            source = run.files.found.get(run.key(name))
            content = content_of(source, path, row, in_place)
            if content is None or not is_named_after(hashed_name, name, content.md5):
                continue
            if is_in_bucket(run, key := run.key(hashed_name), content):
                remembered.add(name, hashed_name, row)
                held[name] = key, content
        remembered.drop_dependent()
        remembered.drop_rewritten(
            len(searched) - len(remembered.rows), self.max_post_process_passes
        )
        run.bucket.held.update(held[name] for name in remembered.names)
        run.options.progress.advance(HASHING, len(remembered.names))
        return remembered

    def _may_remember(self, run: Run, paths: Collection[str]) -> bool:
        """
        Return whether no hashing has effects but those that are remembered.

        Of an intermediate file nobody knows, and integrity needs all bytes. Names with
        a backslash are files that share their hashed name with another.
        """
        return (
            run.bucket.memory is not None
            and not run.options.dry_run
            and run.files.index is not None
            and not (self.keep_intermediate_files or self.manifest_integrity)
            and not any("\\" in name for name in paths)
            and is_django_s(self)
        )

    def _memory_of(self, run: Run, adjustable: Collection[str]) -> Memory | None:
        """Return where rows are, ``None`` where there are none."""
        memory = run.bucket.memory
        return memory if len(adjustable) >= FEWEST_FILES else None

    def _rows_of(
        self, run: Run, adjustable: Collection[str]
    ) -> Mapping[str, HashedFile]:
        memory = self._memory_of(run, adjustable)
        if memory is None or memory.hashed.code != self._code(run):
            return {}
        return memory.hashed.files

    def _code(self, run: Run) -> MD5:
        return code_of(self, has_plain_url=self._has_plain_url(run))

    def _complete(self, run: Run) -> None:
        super()._complete(run)
        hashing = run.part(Hashing)
        references = hashing.references
        if references is None or not references.complete:
            return
        names = references.rewritten.names
        memory = self._memory_of(run, names)
        if memory is None or not self._may_remember(run, hashing.paths):
            return
        files = {name: self._row(run, hashing, references, name) for name in names}
        memory.note_hashed(
            HashedFiles(
                self._code(run),
                {name: row for name, row in files.items() if row is not None},
            )
        )

    def _row(
        self, run: Run, hashing: Hashing, references: References, name: str
    ) -> HashedFile | None:
        """Return what a later run may go by, ``None`` where it has to look itself."""
        if (row := hashing.remembered.rows.get(name)) is not None:
            return row
        hashed_files = self._hashed_files()
        source, hashed_name = run.files.found.get(run.key(name)), hashed_files.get(name)
        is_warned_of = any(name == one for one, _ in run.part(Warned).references)
        if not isinstance(source, SourceFile) or hashed_name is None or is_warned_of:
            return None
        if name in references.rewritten and not self._has_plain_url(run):
            return None
        names = targets(references.used(name), hashed_files)
        content = run.files.staged.get(run.key(hashed_name)) or source
        if names is None or not is_named_after(hashed_name, name, content.md5):
            return None
        is_rewritten = content.md5 != source.md5
        return HashedFile(
            inputs_of(hashing.paths[name][1], source.md5, names),
            Output(content.md5, content.size) if is_rewritten else None,
            tuple(sorted(names)),
        )


def content_of(
    source: Content | None,
    path: str,
    row: HashedFile | None,
    in_place: Mapping[str, str],
) -> Content | None:
    """Return what the file comes to, ``None`` where that is not known."""
    if not isinstance(source, SourceFile):
        return None
    try:
        md5 = source.md5
    except Exception:
        # What is wrong with a file is told when its turn comes.
        return None
    if row is None:
        return source
    names = {name: in_place.get(name) for name in row.references}
    if row.inputs != inputs_of(path, md5, names):
        return None
    return source if row.output is None else OutputElsewhere(row.output)


def is_in_bucket(run: Run, key: str, content: Content) -> bool:
    """Return whether only the bucket has ``content``, made of which ``key`` is."""
    if not run.files.exists(key) or run.files.content(key) is not None:
        return False
    run.bucket.named_by_content.add(key)
    try:
        return run.bucket.has(key, content)
    except NotAtHand:
        return False
