"""Subresource integrity: digests of the files as a browser gets them."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile

from faststatic_storages.hashing.manifest import is_str_to_str
from faststatic_storages.run.options import check_flag
from faststatic_storages.run.run import Run
from faststatic_storages.run.seams import is_overridden_behind
from faststatic_storages.run.staging import StagedStorageMixin

# What the manifest calls them, beside Django's "paths".
ENTRY = "integrity"
CHUNK_SIZE = 1024 * 1024


class IntegrityMixin(StagedStorageMixin):
    """
    Tell what to write in the attribute ``integrity`` of a tag.

    With ``manifest_integrity`` the manifest has it of each file that it names; of what
    it does not have, the file is read, once in each process.
    """

    manifest_integrity = False

    def integrity(self, name: str) -> str:
        """
        Return ``sha384-…`` of the file, hashed, that ``url(name)`` is of.

        Empty with ``DEBUG``, where the file comes from elsewhere: browsers check
        nothing then.
        """
        if settings.DEBUG:
            return ""
        hashed_name = self.stored_name(name)
        if hashed_name not in self._integrity:
            with self.open(hashed_name) as file:
                chunks = iter(lambda: file.read(CHUNK_SIZE), b"")
                self._integrity[hashed_name] = integrity_of(chunks)
        return self._integrity[hashed_name]

    @cached_property
    def _integrity(self) -> dict[str, str]:
        """What is known in this process, by hashed name."""
        return {}

    def read_manifest(self) -> Any:
        text = super().read_manifest()
        self._integrity = integrity_in(text)
        return text

    def _our_options(self) -> dict[str, Any]:
        return {**super()._our_options(), "manifest_integrity": False}

    def _check_options(self) -> None:
        super()._check_options()
        check_flag("manifest_integrity", self.manifest_integrity)

    def _complete(self, run: Run) -> None:
        key = run.key(self.manifest_name)
        # A _save() of the project's stores nobody knows what.
        is_known = not is_overridden_behind(type(self), "_save", StagedStorageMixin)
        if self.manifest_integrity and is_known and key in run.files.staged:
            part = run.part(IntegrityOfRun)
            for name, hashed_name in sorted(self._hashed_files().items()):
                if (value := self._integrity_in(run, name, hashed_name)) is not None:
                    part.by_name[hashed_name] = value
            with run.files.staged[key].open() as file:
                manifest = json.load(file) | {ENTRY: part.by_name}
            self._save(self.manifest_name, ContentFile(json.dumps(manifest).encode()))
        super()._complete(run)

    def _integrity_in(self, run: Run, name: str, hashed_name: str) -> str | None:
        """Return that of a hashed file, ``None`` where its bytes are not at hand."""
        key = run.key(hashed_name)
        content = run.files.content(key)
        if content is None and hashed_name in self._integrity:
            return self._integrity[hashed_name]
        if content is None:
            content = run.files.content(run.key(name))
            # What hashing does not rewrite has the same bytes under both names.
            if content is None or not run.bucket.holds(key, content):
                return None
        return integrity_of(content.chunks())

    def _replace_manifest_in_memory(self, run: Run) -> None:
        super()._replace_manifest_in_memory(run)
        if not run.options.dry_run:
            self._integrity = run.part(IntegrityOfRun).by_name


class IntegrityOfRun:
    """What the manifest has that a run is making."""

    def __init__(self) -> None:
        self.by_name: dict[str, str] = {}


def integrity_of(chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha384()
    for chunk in chunks:
        digest.update(chunk)
    return f"sha384-{b64encode(digest.digest()).decode()}"


def integrity_in(text: str | None) -> dict[str, str]:
    """Return what a manifest has, which may be broken or a project's own."""
    if text is None or f'"{ENTRY}"' not in text:
        return {}
    try:
        manifest = json.loads(text)
    except (RecursionError, ValueError):
        # Django tells.
        return {}
    values = manifest.get(ENTRY) if isinstance(manifest, dict) else None
    return values if isinstance(values, dict) and is_str_to_str(values) else {}
