"""Buckets in memory, and what each of them was asked."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sortedcontainers import SortedDict

# Of files as large as this nobody reads what is stored: their size and ETag will do.
LARGE = 256 * 1024
ENCRYPTION = "x-amz-server-side-encryption"
FOLDERS_OF_NEIGHBOURS = 10


@dataclass(frozen=True, slots=True)
class StoredObject:
    """The bytes of one object, if they are kept, and what goes with them."""

    etag: str
    size: int
    body: bytes | None
    headers: Mapping[str, str]
    modified: datetime


NEIGHBOUR = StoredObject("0" * 32, 1, b"x", {}, datetime.now(UTC))


@dataclass
class Bucket:
    """Objects by key, and the counts of the requests for them."""

    # S3 lists in the order of the keys' UTF-8 bytes, which is Python's own.
    objects: SortedDict = field(default_factory=SortedDict)
    requests: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a bucket saw, and how many objects are in it."""

    requests: dict[str, int]
    objects: int


class Store:
    """All buckets. Equal bodies are kept once: contenders send the same files."""

    def __init__(self) -> None:
        self.buckets: dict[str, Bucket] = {}
        self.latency = 0.0
        self._bodies: dict[str, bytes] = {}

    def put(
        self, bucket: Bucket, key: str, body: bytes, headers: Mapping[str, str]
    ) -> str:
        md5 = hashlib.md5(body).hexdigest()
        # With SSE-KMS an ETag is anything but the MD5.
        etag = md5[::-1] if ENCRYPTION in headers else md5
        is_kept = len(body) < LARGE or "/" not in key
        kept = self._bodies.setdefault(md5, body) if is_kept else None
        now = datetime.now(UTC)
        bucket.objects[key] = StoredObject(etag, len(body), kept, headers, now)
        return etag

    def set_latency(self, milliseconds: float) -> None:
        self.latency = milliseconds / 1000

    def wipe(self, name: str) -> None:
        """Make the bucket, empty, its counts at zero."""
        self.buckets[name] = Bucket()

    def make(self, name: str) -> None:
        """Make the bucket if it is not there yet."""
        self.buckets.setdefault(name, Bucket())

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
        """Put a site of ``count`` objects into the bucket, and its manifest."""
        names = [f"dir{n // 200:04}/file{n:06}" for n in range(count // 2)]
        hashed = hashlib.md5(b"x").hexdigest()[:12]
        paths = {f"{name}.js": f"{name}.{hashed}.js" for name in names}
        manifest = {"paths": paths, "version": "1.1", "hash": "benchmark"}
        bucket = self.buckets[name]
        for key in (*paths, *paths.values()):
            self.put(bucket, key, b"x", {})
        self.put(bucket, "staticfiles.json", json.dumps(manifest).encode(), {})

    def crowd(self, name: str, count: int) -> None:
        """Put ``count`` keys of others into the bucket, in folders between its keys."""
        objects = self.buckets[name].objects
        beside = objects.keys()[:: max(1, len(objects) // FOLDERS_OF_NEIGHBOURS)]
        # They are called as nothing of the site is: js/app-media/, beside js/app.js.
        stems = {key[: key.find(".", key.rfind("/") + 1)] for key in beside}
        objects.update(
            (f"{stem}-media/{number:07}", NEIGHBOUR)
            for stem in stems
            for number in range(count // len(stems))
        )

    def etags(self, name: str) -> dict[str, str]:
        """Return those of the site's objects, none if there is no such bucket."""
        objects = self.buckets.get(name, Bucket()).objects.items()
        return {key: it.etag for key, it in objects if it is not NEIGHBOUR}

    def seen(self, name: str) -> Seen:
        bucket = self.buckets[name]
        return Seen(dict(sorted(bucket.requests.items())), len(bucket.objects))
