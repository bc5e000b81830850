"""The CPU seconds of hashing, as JSON: ``python hashing.py <function>``."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import django
import floor
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

from faststatic_storages.backends.s3 import S3ManifestStaticStorage
from faststatic_storages.providers.s3 import S3Provider
from faststatic_storages.sync.digests import MD5
from faststatic_storages.sync.index import ObjectInfo

NOW = datetime.now(UTC)
bodies: dict[str, bytes] = {}
listing: list[ObjectInfo] = []


class MemoryProvider(S3Provider):
    """Keys, headers and digests as in S3; objects in a dictionary."""

    # No thread has anything to wait for.
    default_workers = 1

    def check(self) -> None:
        """Build no client: that belongs to the network."""

    def list(self) -> Iterator[ObjectInfo]:
        return iter(listing)

    def get(self, key: str) -> bytes:
        if key not in bodies:
            raise FileNotFoundError(key)
        return bodies[key]

    def put(self, upload: Any) -> ObjectInfo:
        assert not listing, f"an unchanged run put {upload.key}"
        with upload.content.open() as file:
            bodies[upload.key] = file.read()
        return ObjectInfo(upload.key, upload.content.size, NOW, None)


class OurStorage(S3ManifestStaticStorage):
    provider_class = MemoryProvider


def post_process(storage: Any) -> float:
    found = floor.found_files()
    started = time.process_time()
    for *_, processed in storage.post_process(found):
        if isinstance(processed, Exception):
            raise processed
    return time.process_time() - started


def by_django() -> dict[str, float]:
    shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
    for source in settings.STATICFILES_DIRS:
        shutil.copytree(source, settings.STATIC_ROOT, dirs_exist_ok=True)
    return {"django": post_process(ManifestStaticFilesStorage())}


def by_ours() -> dict[str, float]:
    """Into an empty dictionary (cold), then into what that left (unchanged)."""
    options = settings.STORAGES["staticfiles"]["OPTIONS"]
    cold = post_process(OurStorage(**options))
    for key, body in bodies.items():
        digest = MD5(hashlib.md5(body).hexdigest())
        listing.append(ObjectInfo(key, len(body), NOW, digest))
    return {"cold": cold, "unchanged": post_process(OurStorage(**options))}


def by_floor() -> dict[str, float]:
    found = floor.found_files()
    started = time.process_time()
    for _ in floor.digested(found):
        pass
    return {"floor": time.process_time() - started}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(globals()[sys.argv[1]]()))
