"""The in-memory index: what one listing showed, key by key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from faststatic_storages.sync.digests import Digest


class ObjectInfo(NamedTuple):
    """
    One object as the service describes it.

    ``key`` is whole, ``size`` in bytes as stored (after compression), ``modified``
    aware. ``digest`` is what the service says of the bytes. It and the size are
    ``None`` where it says nothing. The digest may be something else that only looks
    like an MD5 (SSE-KMS), so it can prove equality and never inequality. ``version`` is
    what else the listing shows that changes when the object is written again, such as
    an ETag; it may be left out where the digest does so.
    """

    key: str
    size: int | None
    modified: datetime
    digest: Digest | None
    version: str | None = None

    @property
    def mark(self) -> str | None:
        """What is another one once the object has been written again."""
        return self.version or self.digest


class ObjectIndex:
    """The objects under a storage's location, by full key."""

    is_whole = True
    """Whether it has them all."""

    def __init__(
        self,
        objects: Iterable[ObjectInfo] = (),
        by_key: dict[str, ObjectInfo] | None = None,
    ) -> None:
        """Take ``by_key`` for one's own, and add ``objects``."""
        self._objects = {} if by_key is None else by_key
        self._objects.update({info.key: info for info in objects})

    def __contains__(self, key: str) -> bool:
        return key in self._objects

    def __iter__(self) -> Iterator[str]:
        return iter(self._objects)

    def get(self, key: str) -> ObjectInfo | None:
        return self._objects.get(key)

    def shared(self, key: str) -> str:
        """Return an equal string, which is in memory already if the key is there."""
        info = self._objects.get(key)
        return key if info is None else info.key

    def may_have(self, key: str) -> bool:
        """Return whether the key is there, or nobody has looked."""
        return key in self


def directory_entries(keys: Iterable[str], prefix: str) -> tuple[list[str], list[str]]:
    """
    Return the directories and the files directly under ``prefix``, both sorted.

    ``prefix`` is "" or ends in "/", as in a listing with a delimiter.
    """
    directories: set[str] = set()
    files: set[str] = set()
    for key in keys:
        if key.startswith(prefix) and key != prefix:
            name, slash, _ = key[len(prefix) :].partition("/")
            (directories if slash else files).add(name)
    return sorted(directories), sorted(files)
