"""
The seconds to list the bucket, as JSON: ``python listing.py <whose>``.

Whose listing it is but for the floor's decides the path that Python imports from.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import django

KNOWN = "dir0000/file000000.js"


def by_floor() -> float:
    # It takes our patterns, which other checkouts have elsewhere.
    import floor

    store = floor.make_store()
    started = time.perf_counter()
    assert KNOWN in floor.listed(store)
    return time.perf_counter() - started


def by_ours() -> float:
    from django.contrib.staticfiles.management.commands import collectstatic

    # The command constructs the storage, which reads the manifest, before it collects.
    storage: Any = collectstatic.Command().storage
    assert storage.stored_name(KNOWN) != KNOWN
    started = time.perf_counter()
    with storage.staged():
        assert storage.exists(KNOWN)
    return time.perf_counter() - started


if __name__ == "__main__":
    django.setup()
    whose = sys.argv[1]
    print(json.dumps({whose: by_floor() if whose == "floor" else by_ours()}))
