"""Buckets in memory, and what each of them was asked."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StoredObject:
    """The bytes of one object, and what goes with them."""

    etag: str
    body: bytes
    headers: Headers = ()
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Upload:
    """A multipart upload that is not complete."""

    headers: Headers
    parts: dict[int, bytes] = field(default_factory=dict)

    def complete(self) -> StoredObject:
        parts = [part for _, part in sorted(self.parts.items())]
        digests = b"".join(hashlib.md5(part).digest() for part in parts)
        etag = f"{hashlib.md5(digests).hexdigest()}-{len(parts)}"
        return StoredObject(etag, b"".join(parts), self.headers)


class Bucket:
    """Objects by key, in order, and the counts of the requests for them."""

    def __init__(self) -> None:
        self.uploads: dict[str, Upload] = {}
        self._objects: dict[str, StoredObject] = {}
        self.reset()

    def reset(self) -> None:
        self.requests: Counter[str] = Counter()
        self.first_put: float | None = None
        self.last_put: float | None = None

    def __len__(self) -> int:
        return len(self._objects)

    def get(self, key: str) -> StoredObject | None:
        return self._objects.get(key)

    def items(self) -> list[tuple[str, StoredObject]]:
        return list(self._objects.items())

    def put(self, key: str, stored: StoredObject) -> None:
        if key not in self._objects:
            self._forget_order()
        self._objects[key] = stored

    def delete(self, key: str) -> None:
        if self._objects.pop(key, None):
            self._forget_order()

    @cached_property
    def keys(self) -> list[str]:
        # S3 lists in the order of the keys' UTF-8 bytes, which is Python's own.
        return sorted(self._objects)

    def keys_from(self, key: str, prefix: str) -> list[str]:
        """Return the keys under ``prefix`` that sort at or after ``key``."""
        start = bisect_left(self.keys, max(key, prefix))
        end = bisect_left(self.keys, prefix + chr(0x10FFFF)) if prefix else None
        return self.keys[start:end]

    def _forget_order(self) -> None:
        self.__dict__.pop("keys", None)


class Store:
    """All buckets. Equal bodies are kept once: contenders send the same files."""

    def __init__(self) -> None:
        self.buckets: dict[str, Bucket] = {}
        self.latency = 0.0
        self._bodies: dict[str, bytes] = {}

    def stored(self, body: bytes, headers: Headers) -> StoredObject:
        etag = hashlib.md5(body).hexdigest()
        return StoredObject(etag, self._bodies.setdefault(etag, body), headers)
