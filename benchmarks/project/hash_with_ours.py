"""
The CPU seconds of our ``post_process()`` but for the network.

The object store is a dictionary: empty in a "cold" run; as a cold run left it in an
"unchanged" one.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.conf import settings  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402
from found_files import found_files  # noqa: E402

from faststatic_storages.backends import s3  # noqa: E402
from faststatic_storages.providers import PROVIDERS  # noqa: E402
from faststatic_storages.sync.index import ObjectInfo  # noqa: E402

S3Provider: Any = import_string(PROVIDERS["storages.backends.s3.S3Storage"])


class MemoryProvider(S3Provider):  # type: ignore[misc]
    """Keys, headers and digests as in S3; objects in a dictionary."""

    # No thread has anything to wait for.
    default_workers = 1
    objects: dict[str, ObjectInfo] = {}  # noqa: RUF012
    manifest: bytes | None = None
    manifest_key: str | None = None

    def check(self) -> None:
        """Build no client: that belongs to the network."""

    def list(self) -> Iterator[ObjectInfo]:
        return iter(self.objects.values())

    def get(self, name: str) -> bytes:
        if self.manifest is None or self.key(name) != self.manifest_key:
            raise FileNotFoundError(name)
        return self.manifest

    def put(self, upload: Any) -> ObjectInfo:
        with upload.content.open() as file:
            body = file.read()
        digest = hashlib.md5(body).hexdigest() if self.computes_digests else None
        info = ObjectInfo(upload.key, len(body), datetime.now(UTC), digest)
        self.objects[upload.key] = info
        if upload.key == self.key("staticfiles.json"):
            MemoryProvider.manifest = body
            MemoryProvider.manifest_key = upload.key
        return info

    def delete(self, keys: Iterable[str]) -> None:
        raise AssertionError("nothing was to be deleted")

    computes_digests = False


class Storage(s3.S3ManifestStaticStorage):
    provider_class = MemoryProvider


def main(mode: str, state: Path) -> None:
    if mode == "fill":
        MemoryProvider.computes_digests = True
    elif mode == "unchanged":
        (
            MemoryProvider.objects,
            MemoryProvider.manifest,
            MemoryProvider.manifest_key,
        ) = pickle.loads(state.read_bytes())
    before = dict(MemoryProvider.objects)
    options = settings.STORAGES["staticfiles"]["OPTIONS"]
    storage = Storage(**options)
    found = found_files()
    started = time.process_time()
    for *_, processed in storage.post_process(found):
        if isinstance(processed, Exception):
            raise processed
    print(time.process_time() - started)
    if mode == "unchanged":
        assert MemoryProvider.objects == before, "an unchanged run put something"
    assert len(MemoryProvider.objects) > len(found)
    if mode == "fill":
        state.write_bytes(
            pickle.dumps(
                (
                    MemoryProvider.objects,
                    MemoryProvider.manifest,
                    MemoryProvider.manifest_key,
                )
            )
        )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
