"""One run: what was saved and deleted, staged until it can be published in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

from faststatic_storages.providers.base import Provider
from faststatic_storages.run.errors import reported_to_the_command
from faststatic_storages.run.lanes import put_all
from faststatic_storages.run.listing import Listing
from faststatic_storages.run.overlay import Overlay
from faststatic_storages.run.sources import Sources
from faststatic_storages.sync.content import Content, SourceFile
from faststatic_storages.sync.index import ObjectIndex, ObjectInfo
from faststatic_storages.sync.plan import plan

MAX_REMEMBERED_KEYS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """
    What a run may do, and how.

    ``max_workers`` is ``None`` for as many as suit the provider. ``log`` takes a
    message and the verbosity from which on it is shown. ``upcoming`` tells which source
    storages and paths in them are going to be saved, if anybody knows. Where nothing is
    listed, ``may_ask`` lets the run ask for one object after the other.
    """

    log: Callable[[str, int], None]
    max_workers: int | None
    max_staged_memory: int
    upcoming: Callable[[], Iterable[tuple[Any, str]]] = tuple
    may_ask: bool = False
    dry_run: bool = False
    clear: bool = False
    post_process: bool = True


class Run:
    """
    The files of one run, by key, from the first save to the last delete.

    Until ``upload()`` nothing reaches the bucket; the methods before it answer as if
    everything had.
    """

    def __init__(
        self, provider: Provider, listing: Listing | None, options: RunOptions
    ) -> None:
        self.provider = provider
        self.options = options
        self.sources = Sources()
        # Kept here for the layer above, which alone knows what it is.
        self.references: Any = None
        self.finished = False
        self._listing = listing
        self.uploaded = 0
        self._overlay = Overlay(options.max_staged_memory)
        self._pending: dict[str, None] = {}
        self._deleted: set[str] = set()
        self._found: dict[str, SourceFile] = {}
        self._directories: set[str] = set()
        self._named_by_content: set[str] = set()
        self._hashed_last: tuple[str, SourceFile] | None = None
        # A name is asked about a dozen times in a row, and to make it a key takes time.
        self.key = lru_cache(MAX_REMEMBERED_KEYS)(provider.key)

    @cached_property
    def index(self) -> ObjectIndex | None:
        """What the bucket holds, ``None`` if nobody knows."""
        if self._listing is None:
            return None
        upcoming = (self.sources.file(*source) for source in self.options.upcoming())
        with reported_to_the_command(self.provider):
            return self._listing.index(chain(self._found.values(), upcoming))

    def find(self, paths: Mapping[str, tuple[Any, str]]) -> dict[str, tuple[Any, str]]:
        """
        Take note of what the finders found, and return it in the same shape.

        ``paths`` is what ``post_process()`` gets: name to source storage and path.
        """
        for name, (storage, path) in paths.items():
            key = self.key(name)
            self._found[key] = self.sources.file(storage, path)
            self._directories.update(new_parents(key, self._directories))
        return {
            name: (self.sources.tracked(storage), path)
            for name, (storage, path) in paths.items()
        }

    def exists(self, key: str) -> bool | None:
        """Return whether the key will exist, ``None`` if only the bucket can tell."""
        if key in self._overlay or key in self._found or self.is_directory(key):
            return True
        if key in self._deleted:
            return False
        if self.index is None:
            return None
        if self._hashed_last is not None and self._hashed_last[0] == key:
            return self.holds(*self._hashed_last)
        return key in self.index

    def holds(self, key: str, content: Content) -> bool:
        """Return whether the bucket is known to hold ``content`` under ``key``."""
        remote = self._remote(key)
        return remote is not None and self._is_unchanged(content, remote)

    def _remote(self, key: str) -> ObjectInfo | None:
        if self.index is not None:
            return self.index.get(key)
        return self.provider.find(key) if self.options.may_ask else None

    def _known(self, keys: Iterable[str]) -> ObjectIndex:
        """Return what is known of the objects at these keys, at least."""
        if self.index is not None:
            return self.index
        return ObjectIndex(filter(None, map(self._remote, keys)))

    def _is_unchanged(self, content: Content, remote: ObjectInfo) -> bool:
        return self.provider.is_unchanged(
            content, remote, named_by_content=remote.key in self._named_by_content
        )

    def content(self, key: str) -> Content | None:
        """Return what is at hand here for the key."""
        return self._overlay.get(key) or self._found.get(key)

    def is_directory(self, key: str) -> bool:
        """
        Return whether a file was found somewhere under ``key``.

        Django leaves a reference to a directory as it is; what is missing is an error.
        """
        return key.removesuffix("/") in self._directories

    def is_deleted(self, key: str) -> bool:
        return key in self._deleted

    def keys(self) -> set[str] | None:
        """Return every key that will exist, ``None`` if only the bucket can tell."""
        if self.index is None:
            return None
        return {*self.index} - self._deleted | {*self._overlay}

    def save(self, key: str, content: Content) -> None:
        self._deleted.discard(key)
        self._overlay.save(key, content)
        self._pending[key] = None

    def save_found(self) -> None:
        for key, source in self._found.items():
            self.save(key, source)

    def hold(self, data: bytes) -> Content:
        """Return bytes that exist nowhere else as content to ``save``."""
        return self._overlay.hold(data)

    def discard(self, key: str) -> None:
        """Forget what was saved under the key; the bucket's object stays."""
        self._overlay.discard(key)
        self._pending.pop(key, None)

    def delete(self, key: str) -> None:
        """Forget what was saved under the key, and the bucket's object if any."""
        is_only_here = (
            key in self._overlay if self.index is None else (key not in self.index)
        )
        self.discard(key)
        if not is_only_here:
            self._deleted.add(key)

    def remember_hashed(self, key: str, source: SourceFile | None) -> None:
        """
        Take note of a name computed from bytes, and about to be asked for.

        ``source`` has the bytes, if it is known which has.
        """
        self._named_by_content.add(key)
        if source is not None:
            self._hashed_last = key, source

    def upload(self) -> None:
        """
        Send what was saved since the last call and differs from the bucket.

        Returns when all of it is confirmed; raises ``SyncError``.
        """
        contents = {key: self._overlay[key] for key in self._pending}
        self._pending.clear()
        decided = plan(
            contents,
            self._known(contents),
            lambda key, remote: self._is_unchanged(contents[key], remote),
        )
        for keys in (decided.create, decided.replace):
            self._send({key: contents[key] for key in keys})

    def delete_leftovers(
        self, *, named: Iterable[str], named_before: Iterable[str]
    ) -> list[str]:
        """
        Delete what was deleted and not saved again, or with ``clear`` all the rest.

        ``named`` are the keys that the manifest in place needs: none of them goes.
        Those ``named_before``, by the manifest that the run found, go only with
        ``clear``: Django's hashing deletes on its way objects that are live elsewhere.
        """
        left = {*self._deleted}
        kept = [named]
        if not self.options.clear:
            kept.append(named_before)
        elif self.index is not None:
            left = {*self.index}
        # To walk the manifests takes longer than all else here.
        if left:
            left.difference_update(self._overlay, self._found, *kept)
        leftovers = sorted(left)
        for key in leftovers:
            verb = "Pretending to delete" if self.options.dry_run else "Deleting"
            self.options.log(f"{verb} '{key}'", 1 if self.options.dry_run else 2)
        if self.options.clear and self.index is None and not leftovers:
            self.options.log("--clear deletes nothing that is not listed.", 1)
        if leftovers and not self.options.dry_run:
            self.provider.delete(leftovers)
            self._deleted.clear()
        return leftovers

    def report(self, *, named: Iterable[str], deleted: int) -> str:
        """Return one line that says what became of the objects."""
        found = sum(key not in self._overlay for key in self._found)
        others = {key for key in named if self.content(key) is None}
        total = len(self._overlay) + found + len(others)
        would_be = "would be " if self.options.dry_run else ""
        return (
            f"{total} object{'' if total == 1 else 's'}: "
            f"{self.uploaded} {would_be}uploaded, {total - self.uploaded} unchanged"
            + (f", {deleted} {would_be}deleted." if deleted else ".")
        )

    def close(self) -> None:
        self.finished = True
        self._overlay.close()

    def _send(self, contents: Mapping[str, Content]) -> None:
        if self.options.dry_run:
            for key in contents:
                self.options.log(f"Pretending to upload '{key}'", 1)
            self.uploaded += len(contents)
            return
        workers = self.options.max_workers or self.provider.default_workers
        for info in put_all(contents, self.provider, workers):
            self.uploaded += 1
            if self.index is not None:
                self.index.add(info)
            self.options.log(f"Uploaded '{info.key}'", 2)


def new_parents(key: str, known: Collection[str]) -> Iterator[str]:
    """Yield the directories above ``key``, up to the first that is known."""
    while key and (key := key.rpartition("/")[0]) not in known:
        yield key
