"""What this storage has sent, for objects of which a listing cannot tell the bytes."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from hashlib import md5
from typing import Any

from faststatic_storages.sync.digests import MD5
from faststatic_storages.sync.hashed import UNREADABLE, HashedFiles
from faststatic_storages.sync.index import ObjectInfo

VERSION = 1
MAX_SIZE = 64 * 1024 * 1024
"""In bytes, of a ledger that is read; a larger one is nobody's."""


@dataclass(frozen=True, slots=True)
class Row:
    """
    One object as it was sent.

    ``mark`` is what the listing showed of it then (``ObjectInfo.mark``), ``digest`` the
    MD5 of the bytes that were sent, ``headers`` a fingerprint of what went with them.
    """

    mark: str
    digest: str
    headers: str


class Ledger:
    """
    Rows by key, to be believed only while the listing still shows their marks.

    What is missing, cut off, of another version or somebody else's is an empty one:
    that costs time, and nothing else. ``hashed`` is what hashing has left there.
    """

    def __init__(
        self, rows: Mapping[str, Row] | None = None, hashed: HashedFiles | None = None
    ) -> None:
        self._rows = dict(rows or {})
        self.hashed = hashed or HashedFiles()
        self.is_changed = False

    def row(self, info: ObjectInfo) -> Row | None:
        """Return the row of an object that is still as it was sent."""
        row = self._rows.get(info.key)
        return row if row is not None and row.mark == info.mark else None

    def get(self, key: str) -> Row | None:
        """Return the row of an object of which nobody knows whether it still is so."""
        return self._rows.get(key)

    def forget(self, key: str) -> None:
        self.is_changed |= self._rows.pop(key, None) is not None

    def note(self, key: str, mark: str, digest: MD5, headers: str) -> None:
        """Write down as what an object was sent that a listing shows with ``mark``."""
        row = Row(mark, digest, headers)
        self.is_changed |= self._rows.get(key) != row
        self._rows[key] = row

    def note_hashed(self, hashed: HashedFiles) -> None:
        self.is_changed |= self.hashed != hashed
        self.hashed = hashed

    def keep(self, keys: Container[str]) -> None:
        """Forget all objects but these."""
        kept = {key: row for key, row in self._rows.items() if key in keys}
        self.is_changed |= len(kept) < len(self._rows)
        self._rows = kept

    def keep_common(self, other: Ledger) -> None:
        """Forget the rows that are not the same in ``other``."""
        self.keep({key for key, row in self._rows.items() if other.get(key) == row})

    def dumps(self) -> bytes:
        headers = {row.headers: 0 for row in self._rows.values()}
        headers = {text: number for number, text in enumerate(headers)}
        objects = {
            key: [row.mark, row.digest, headers[row.headers]]
            for key, row in sorted(self._rows.items())
        }
        body = {"version": VERSION, "headers": [*headers], "objects": objects}
        if self.hashed.files:
            body["hashed"] = self.hashed.dump()
        return gzip.compress(json.dumps(body).encode(), mtime=0)

    @classmethod
    def loads(cls, data: bytes) -> Ledger:
        """Return what is in ``data``; if it is no ledger, an empty one."""
        try:
            body = json.loads(_decompressed(data))
            return cls(dict(_rows_in(body)), HashedFiles.load(body.get("hashed")))
        except UNREADABLE:
            return cls()


def fingerprint(headers: Mapping[str, Any]) -> str:
    """Return a short text that is another one for other headers."""
    text = json.dumps(headers, sort_keys=True, default=repr)
    return md5(text.encode(), usedforsecurity=False).hexdigest()[:12]


def _decompressed(data: bytes) -> bytes:
    decompressor = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    text = decompressor.decompress(data, MAX_SIZE)
    if not decompressor.eof:
        raise EOFError("cut off, or too large")
    return text


def _rows_in(body: Any) -> Iterator[tuple[str, Row]]:
    if body["version"] != VERSION:
        raise ValueError(f"version {body['version']}")
    headers = [str(text) for text in body["headers"]]
    for key, (mark, digest, number) in body["objects"].items():
        yield key, Row(str(mark), MD5(digest), headers[number])
