"""Buckets in memory, and what each of them was asked."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sortedcontainers import SortedDict


@dataclass(frozen=True, slots=True)
class StoredObject:
    """The bytes of one object, and what goes with them."""

    etag: str
    body: bytes
    headers: Mapping[str, str]
    modified: datetime


@dataclass
class Bucket:
    """Objects by key, the counts of the requests for them, and when they were put."""

    # S3 lists in the order of the keys' UTF-8 bytes, which is Python's own.
    objects: SortedDict = field(default_factory=SortedDict)
    requests: Counter[str] = field(default_factory=Counter)
    first_put: float = 0
    last_put: float = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a bucket saw; ``put_seconds``: from its first PUT to the last answer."""

    requests: dict[str, int]
    objects: int
    put_seconds: float


class Store:
    """All buckets. Equal bodies are kept once: contenders send the same files."""

    def __init__(self) -> None:
        self.buckets: dict[str, Bucket] = {}
        self.latency = 0.0
        self._bodies: dict[str, bytes] = {}

    def put(
        self, bucket: Bucket, key: str, body: bytes, headers: Mapping[str, str]
    ) -> str:
        etag = hashlib.md5(body).hexdigest()
        body = self._bodies.setdefault(etag, body)
        bucket.objects[key] = StoredObject(etag, body, headers, datetime.now(UTC))
        bucket.last_put = time.perf_counter()
        bucket.first_put = bucket.first_put or bucket.last_put
        return etag

    def set_latency(self, milliseconds: float) -> None:
        self.latency = milliseconds / 1000

    def wipe(self, name: str) -> None:
        """Make the bucket, empty, its counts at zero."""
        self.buckets[name] = Bucket()

    def reset(self, name: str) -> None:
        """Set the bucket's counts to zero."""
        self.buckets[name] = Bucket(self.buckets[name].objects)

    def copy(self, source: str, name: str) -> None:
        """Make the bucket with every object of ``source``, as modified now."""
        now = datetime.now(UTC)
        objects = self.buckets[source].objects.items()
        copies = {key: replace(stored, modified=now) for key, stored in objects}
        self.buckets[name] = Bucket(SortedDict(copies))

    def fill(self, name: str, count: int) -> None:
        """Put small objects into the bucket."""
        for number in range(count):
            key = f"dir{number // 200:04}/file{number:06}.js"
            self.put(self.buckets[name], key, b"x", {})

    def etags(self, name: str) -> dict[str, str]:
        objects = self.buckets[name].objects.items()
        return {key: stored.etag for key, stored in objects}

    def seen(self, name: str) -> Seen:
        bucket = self.buckets[name]
        seconds = bucket.last_put - bucket.first_put + self.latency
        requests = dict(sorted(bucket.requests.items()))
        return Seen(requests, len(bucket.objects), seconds)
