"""Which files need no hashing, as it would come to what it came to before."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import IO
from urllib.parse import unquote, urlsplit

from faststatic_storages.sync.content import Content
from faststatic_storages.sync.digests import MD5
from faststatic_storages.sync.hashed import HashedFile, Output, digest_of

DIGITS = 12
"""Of the MD5, in a hashed name of Django's."""


class NotAtHand(Exception):
    """Somebody needs the bytes, of which only the digest is known."""


class OutputElsewhere(Content):
    """What a file was rewritten to by an earlier run; only the bucket has the bytes."""

    def __init__(self, output: Output) -> None:
        self._md5 = output.md5
        self._size = output.size

    @property
    def size(self) -> int:
        return self._size

    def open(self) -> IO[bytes]:
        raise NotAtHand


class Remembered:
    """
    The files of a run that are not hashed.

    ``names`` are their hashed names by name, ``rows`` has those of them that Django
    searches for references.
    """

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.rows: dict[str, HashedFile] = {}

    def add(self, name: str, hashed_name: str, row: HashedFile | None) -> None:
        self.names[name] = hashed_name
        if row is not None:
            self.rows[name] = row

    def drop(self, names: list[str]) -> None:
        for name in names:
            del self.names[name], self.rows[name]

    @property
    def rewritten(self) -> list[str]:
        """The names of those whose bytes are not those of their sources."""
        return [name for name, row in self.rows.items() if row.output is not None]

    def drop_dependent(self) -> None:
        """Let go, until there is none, of what refers to a file that is hashed."""
        while dependent := [
            name
            for name, row in self.rows.items()
            if not self.names.keys() >= {*row.references}
        ]:
            self.drop(dependent)

    def drop_rewritten(self, hashed: int, passes: int) -> None:
        """
        Let go of what was rewritten if Django might not come to an end.

        It gives up after some ``passes``, and each settles at least one more file of a
        chain in which each refers to the next. What is remembered is settled in the
        first, so that a run would publish what one that hashes everything refuses.
        ``hashed`` is how many files are hashed, and all of them may be one chain.
        """
        rewritten = {*self.rewritten}
        if hashed and hashed + self._longest_chain(rewritten, passes) > passes:
            self.drop([*rewritten])
            self.drop_dependent()

    def _longest_chain(self, names: set[str], limit: int) -> int:
        """Return of how many of these files, ``limit`` or less."""
        length = 0
        while names and length < limit:
            length += 1
            names = {
                name
                for name in names
                if not names.isdisjoint(self.rows[name].references)
            }
        return length


def inputs_of(path: str, md5: MD5, hashed_names: Mapping[str, str | None]) -> MD5:
    """
    Return a digest of what becomes of a file depends on.

    These are its path, by which Django tells the patterns, its bytes, and the hashed
    names of the files that it refers to.
    """
    return digest_of(path, md5, sorted(hashed_names.items()))


def is_named_after(hashed_name: str, name: str, md5: MD5) -> bool:
    """Return whether Django gives this name to bytes with that digest."""
    root, extension = posixpath.splitext(name)
    return hashed_name == f"{root}.{md5[:DIGITS]}{extension}"


def targets(
    used: Mapping[str, str], hashed_files: Mapping[str, str]
) -> dict[str, str] | None:
    """
    Return the hashed names of the files that another refers to, by name.

    ``used`` is what Django made of the references, some with a query, as of fonts.
    ``None`` if one of them is no file that was hashed, or was written with another name
    than it has.
    """
    found = {}
    for key, hashed_name in used.items():
        name = key if key in hashed_files else path_of(key)
        if hashed_files.get(name) not in (hashed_name, urlsplit(hashed_name).path):
            return None
        found[name] = hashed_files[name]
    return found


def path_of(reference: str) -> str:
    return urlsplit(unquote(reference)).path.strip()
