"""Other releases of the site: manifests that lie beside the one in use."""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.core.exceptions import SuspiciousOperation

from faststatic_storages.providers.base import ProviderError
from faststatic_storages.sync.leftovers import KeysInUse

if TYPE_CHECKING:
    from faststatic_storages.run.run import Run


@dataclass(frozen=True, slots=True)
class Release:
    """
    What a site needs that reads this manifest.

    ``since`` is when the last deploy wrote or replaced it.
    """

    name: str
    keys: KeysInUse
    since: datetime

    def __contains__(self, key: str) -> bool:
        return key in self.keys.served or key in self.keys.originals


def keys_in(run: Run, manifest_key: str, *manifests: Mapping[str, str]) -> KeysInUse:
    """Return the keys that sites with such manifests ask for."""
    served, originals = {manifest_key}, set()
    for name, hashed_name in chain.from_iterable(one.items() for one in manifests):
        # Whoever wrote the manifest may have kept files elsewhere.
        with suppress(SuspiciousOperation):
            originals.add(run.key(name))
        with suppress(SuspiciousOperation):
            served.add(run.key(hashed_name))
    return KeysInUse(served, originals)


def read_releases(
    run: Run, manifest_key: str, candidates: Iterable[str]
) -> Iterator[Release]:
    """Yield the releases whose manifests are among ``candidates``."""
    directory = posixpath.dirname(manifest_key)
    for key in candidates:
        if key.endswith(".json") and posixpath.dirname(key) == directory:
            info = run.bucket.find(key)
            if info is None or (info.size or 0) > run.provider.max_size_read:
                continue
            if (hashed_files := manifest_at(run, key)) is not None:
                yield Release(
                    posixpath.basename(key),
                    keys_in(run, key, hashed_files),
                    info.modified,
                )


def manifest_at(run: Run, key: str) -> Mapping[str, str] | None:
    """Return the names in a manifest; ``None`` of what is gone or is something else."""
    try:
        stored: Any = json.loads(run.provider.get(key))
    except (FileNotFoundError, ProviderError, RecursionError, ValueError):
        return None
    paths = stored.get("paths") if isinstance(stored, dict) else None
    if not isinstance(paths, dict) or "version" not in stored:
        return None
    return {str(name): str(hashed_name) for name, hashed_name in paths.items()}


def replaced_manifest(
    manifest_name: str, version: str, hashed_files: Mapping[str, str]
) -> tuple[str, bytes]:
    """
    Return under which name, and as what, a manifest is kept that is being replaced.

    It is one that Django reads, so that a worker can go back to it.
    """
    names = sorted(hashed_files.items())
    digest = hashlib.md5(json.dumps(names).encode(), usedforsecurity=False)
    root, extension = posixpath.splitext(manifest_name)
    short = digest.hexdigest()[:12]
    payload = {"paths": dict(names), "version": version, "hash": short}
    return f"{root}.replaced-{short}{extension}", json.dumps(payload).encode()
