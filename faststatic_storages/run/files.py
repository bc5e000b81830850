"""What the storage would hold now if everything staged had happened."""

from __future__ import annotations

from collections.abc import (
    Callable,
    Collection,
    Container,
    Iterable,
    Iterator,
    Mapping,
)
from functools import cached_property
from itertools import chain

from faststatic_storages.run.errors import reported_to_the_command
from faststatic_storages.run.listing import Listing
from faststatic_storages.run.overlay import Overlay
from faststatic_storages.run.search import Foreseen
from faststatic_storages.sync.content import Content
from faststatic_storages.sync.index import ObjectIndex, ObjectInfo


class Files:
    """
    The files of a run, by key: what was staged, laid over what the bucket holds.

    ``ignores_bucket`` says that of the bucket nothing counts, as after ``--clear``.
    ``upcoming`` yields what is probably going to be saved, for as long as the bucket is
    being listed.
    """

    def __init__(
        self,
        listing: Listing | None,
        *,
        max_memory: int,
        upcoming: Callable[[], Iterable[Content]] = tuple,
    ) -> None:
        self.staged = Overlay(max_memory)
        self.ignores_bucket = False
        self.found: dict[str, Content | None] = {}
        """What the finders found; ``None`` where the bucket alone has the bytes."""
        self.deleted: set[str] = set()
        self.deleted_by_name: set[str] = set()
        """Those of the deleted that the bucket is to lose as well."""
        self._withdrawn: dict[str, Content] = {}
        self._listing = listing
        self._upcoming = upcoming
        self._directories: set[str] = set()

    @cached_property
    def index(self) -> ObjectIndex | None:
        """What the bucket holds, ``None`` if nobody knows."""
        if self._listing is None:
            return None
        found = (content for content in self.found.values() if content is not None)
        with reported_to_the_command():
            return self._listing.objects(meanwhile=chain(found, self._upcoming()))

    def shared(self, key: str) -> str:
        """Return the key; if it was listed, the string that is in memory already."""
        index: ObjectIndex | None = vars(self).get("index")
        return key if index is None else index.shared(key)

    def list_again(self, foreseen: Callable[[], Foreseen]) -> None:
        """Let what the bucket holds be what it holds by now."""
        self._listing = self._listing and self._listing.anew(foreseen)
        del self.index

    def record_found(self, contents: Mapping[str, Content | None]) -> None:
        """Take note of what the finders found."""
        self.found.update(contents)
        for key in contents:
            self._directories.update(new_parents(key, self._directories))

    def exists(self, key: str) -> bool | None:
        """Return whether the key exists, ``None`` if only the bucket can tell."""
        if key in self.staged:
            return True
        if key in self.deleted:
            return False
        if key in self.found or self.is_directory(key):
            return True
        if self.ignores_bucket:
            return False
        return None if self.index is None else key in self.index

    def content(self, key: str) -> Content | None:
        """Return what is at hand here for the key."""
        if (content := self.staged.get(key)) is not None or key in self.deleted:
            return content
        return self.found.get(key)

    def is_directory(self, key: str) -> bool:
        """
        Return whether a file was found somewhere under ``key``.

        Django leaves a reference to a directory as it is; what is missing is an error.
        """
        return key.removesuffix("/") in self._directories

    def is_stored(self, key: str) -> bool:
        """Return whether the key is this run's to store."""
        return key in self.staged or (key in self.found and key not in self.deleted)

    def keys(self) -> set[str] | None:
        """Return every key that exists, ``None`` if only the bucket can tell."""
        index = () if self.ignores_bucket else self.index
        if index is None:
            return None
        return {*index, *self.found} - self.deleted | {*self.staged}

    def remaining(self, gone: Container[str]) -> Container[str]:
        """Return what is, or may be, there when the run is over."""
        return Remaining(self.staged, self.index, gone)

    def listed(self, key: str) -> ObjectInfo | None:
        """Return what the listing told of the key, ``None`` if nothing."""
        return self.index.get(key) if self.index is not None else None

    def save(self, key: str, content: Content) -> None:
        self.deleted.discard(key)
        self.deleted_by_name.discard(key)
        self._withdrawn.pop(key, None)
        self.staged.save(key, content)

    def save_found(self) -> None:
        """Stage what the finders found and nobody saved: a dry run saves nothing."""
        for key, content in self.found.items():
            if content is not None and key not in self.staged:
                self.save(key, content)

    def discard(self, key: str) -> None:
        """Forget what was saved under the key; the bucket's object stays."""
        self.staged.discard(key)

    def delete(self, key: str, *, by_name: bool) -> None:
        """
        Let the key not exist.

        ``by_name`` says that a project wants the object gone; Django, when it hashes
        and collects, deletes what it is about to save again.
        """
        self.deleted.add(key)
        if not by_name:
            self.staged.discard(key)
            return
        self.deleted_by_name.add(key)
        if (content := self.staged.withdraw(key)) is not None:
            self._withdrawn[key] = content

    def restore(self, keys: Container[str]) -> None:
        """Let those of the files that somebody deleted in the run be saved again."""
        for key, content in list(self._withdrawn.items()):
            if key in keys:
                self.save(key, content)

    def close(self) -> None:
        self.staged.close()


class Remaining(Container[str]):
    """What is ``staged``, and the ``index`` without what is ``gone``."""

    def __init__(
        self, staged: Overlay, index: ObjectIndex | None, gone: Container[str]
    ) -> None:
        self._staged = staged
        self._index = index
        self._gone = gone

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str) or key in self._gone:
            return False
        is_there = self._index is not None and self._index.may_have(key)
        return is_there or key in self._staged


def new_parents(key: str, known: Collection[str]) -> Iterator[str]:
    """Yield the directories above ``key``, up to the first that is known."""
    while key and (key := key.rpartition("/")[0]) not in known:
        yield key
