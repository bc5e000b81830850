"""
The least that any program must do, in Python and with obstore, to deploy these files.

It starts Django and boto3 as the settings demand, and reads, digests and searches each
file once. What the listing does not show it puts, under the file's name and under the
one that its bytes give: it corrects no reference, so that nobody can serve the outcome.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import django
import obstore
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import HashedFilesMixin
from django.contrib.staticfiles.utils import matches_patterns
from obstore.store import S3Store

from faststatic_storages.hashing.patterns import LinePattern, line_pattern

THREADS = 128
STORAGE = settings.STORAGES["staticfiles"]
ENDPOINT = STORAGE["OPTIONS"]["endpoint_url"]
HASHES = "Manifest" in STORAGE["BACKEND"]
PATTERNS = {
    extension: [line_pattern(pattern) for pattern, *_ in patterns]
    for extension, patterns in HashedFilesMixin()._patterns.items()
}


def found_files() -> dict[str, tuple[Any, str]]:
    """Return what the stock command hands to ``post_process()``."""
    found: dict[str, tuple[Any, str]] = {}
    for finder in get_finders():
        for path, storage in finder.list([]):
            found.setdefault(path, (storage, path))
    return found


def search(name: str, body: bytes) -> None:
    """Look once for all references."""
    for extension, patterns in PATTERNS.items():
        if matches_patterns(name, (extension,)):
            for pattern in patterns:
                if isinstance(pattern, LinePattern):
                    pattern.can_match(body)
                else:
                    pattern.findall(body.decode())


def digested(found: dict[str, tuple[Any, str]]) -> Iterator[tuple[str, bytes, str]]:
    """Yield each file's name, content and MD5."""
    for name, (storage, path) in found.items():
        body = Path(storage.path(path)).read_bytes()
        search(name, body)
        yield name, body, hashlib.md5(body).hexdigest()


def make_store() -> S3Store:
    options = {"endpoint": ENDPOINT, "client_options": {"allow_http": True}}
    return S3Store(STORAGE["OPTIONS"]["bucket_name"], **options)


def listed(store: S3Store) -> dict[str, str]:
    """Return the ETag of each key."""
    pages = obstore.list(store)
    return {info["path"]: info["e_tag"].strip('"') for page in pages for info in page}


def main() -> None:
    store = make_store()
    put = partial(obstore.put, store, use_multipart=False)
    manifest: dict[str, str] = {}
    begun: deque[Future[Any]] = deque()
    with ThreadPoolExecutor(THREADS) as pool:
        listing = pool.submit(listed, store)
        django.setup()
        boto3.session.Session().client("s3", endpoint_url=ENDPOINT)
        found = found_files()
        there = listing.result()
        for name, body, digest in digested(found):
            root, extension = posixpath.splitext(name)
            manifest[name] = f"{root}.{digest[:12]}{extension}"
            if there.get(name) != digest:
                for key in (name, manifest[name]) if HASHES else (name,):
                    begun.append(pool.submit(put, key, body))
            # Bodies wait in memory, but not all of them.
            while len(begun) > 2 * THREADS:
                begun.popleft().result()
        for future in begun:
            future.result()
    if begun and HASHES:
        put("staticfiles.json", json.dumps(manifest).encode())


if __name__ == "__main__":
    main()
