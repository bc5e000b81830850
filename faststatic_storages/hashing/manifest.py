"""The manifest as a value: one that sites read, and one that a run is making."""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.contrib.staticfiles.storage import ManifestFilesMixin
from storages.base import BaseStorage

from faststatic_storages.providers import provider_for
from faststatic_storages.run.releases import manifest_at
from faststatic_storages.run.run import Run
from faststatic_storages.run.seams import is_method_of, is_overridden
from faststatic_storages.run.staging import StagedStorageMixin

READING = ("load_manifest", "read_manifest")
SECONDS_BETWEEN_TRIES = 1.0
# Google serves a public object from a cache, for an hour where nothing is said.
MANIFEST_CACHE_CONTROL = "no-cache"


@dataclass
class Manifest:
    """Hashed names by name, and the hash of them all."""

    hashed_files: dict[str, str] = field(default_factory=dict)
    manifest_hash: str = ""


class Unreadable(dict[str, str]):
    """
    In the place of a manifest's names: it could not be read, which is not empty.

    ``tried_at`` is in seconds of a clock that only goes forward.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__()
        # What it came of holds frames, and by these all that was going on.
        self._error = error.with_traceback(None)
        self._error.__cause__ = self._error.__context__ = None
        self.tried_at = time.monotonic()

    def error(self) -> Exception:
        """
        Return the error for whoever looks a name up.

        A new one each time: one that is kept collects the frames of all who saw it.
        """
        return copy_of(self._error)


class ManifestMixin(StagedStorageMixin):
    """
    Keep the manifest that sites read apart from the one that a run is making.

    The second takes the first one's place when it is published, and at no other time.
    """

    _manifest: Manifest

    @property
    def hashed_files(self) -> dict[str, str]:
        """Hashed names by name; in a run that hashes, its own."""
        manifest = self._manifest_of_run() or self._manifest_in_place()
        return manifest.hashed_files

    @hashed_files.setter
    def hashed_files(self, hashed_files: dict[str, str]) -> None:
        self._manifest_to_change().hashed_files = hashed_files

    @hashed_files.deleter
    def hashed_files(self) -> None:
        del self._manifest_to_change().hashed_files

    @property
    def manifest_hash(self) -> str:
        manifest = self._manifest_of_run() or self._manifest_in_place()
        return manifest.manifest_hash

    @manifest_hash.setter
    def manifest_hash(self, manifest_hash: str) -> None:
        self._manifest_to_change().manifest_hash = manifest_hash

    def load_manifest(self) -> Any:
        """Return names and hash; ``Unreadable`` in the place of names that are not."""
        load_manifest = super().load_manifest
        try:
            hashed_files, manifest_hash = load_manifest()
            is_django_s = is_method_of(load_manifest, ManifestFilesMixin.load_manifest)
            if is_django_s and not is_str_to_str(hashed_files):
                raise ValueError("It does not map names to names.")
        except Exception as error:
            return Unreadable(self._explained(error)), ""
        return hashed_files, manifest_hash

    def read_manifest(self) -> Any:
        read_manifest = super().read_manifest
        if self._current_run() is not None or not self._reads_as_usual(read_manifest):
            return read_manifest()
        try:
            provider = provider_for(self)
            return provider.get(provider.key(self.manifest_name)).decode()
        except FileNotFoundError:
            return None

    def _hashed_files_by_now(self, run: Run) -> Mapping[str, str] | None:
        key = self._manifest_key(run)
        is_own = any(is_overridden(type(self), name) for name in READING)
        if is_own or key is None or not self._reads_as_usual(super().read_manifest):
            return None
        return manifest_at(run, key)

    def _reads_as_usual(self, read_manifest: Any) -> bool:
        """Return whether a provider's ``get()`` reads what ``read_manifest()`` does."""
        return (
            is_method_of(read_manifest, ManifestFilesMixin.read_manifest)
            and self.manifest_storage is self
            and isinstance(self, BaseStorage)
            and not any(is_overridden(type(self), name) for name in ("open", "_open"))
        )

    def _explained(self, error: Exception) -> Exception:
        """Return what is wrong with the manifest; a storage's errors as they are."""
        # Django looks for keys without asking whether the JSON is an object.
        if isinstance(error, (AttributeError, RecursionError, TypeError, ValueError)):
            return ValueError(
                f"The manifest {self.manifest_name!r} cannot be read: {error} Run "
                "collectstatic, which replaces it."
            )
        return error

    def _manifest_in_place(self, *, at_once: bool = False) -> Manifest:
        """
        Return the manifest that sites read.

        One that could not be read is tried again, but not at every look-up.
        """
        names = self._manifest.hashed_files
        if isinstance(names, Unreadable):
            is_early = time.monotonic() < names.tried_at + SECONDS_BETWEEN_TRIES
            if is_early and not at_once:
                raise names.error()
            # Threads that come meanwhile get the error, and do not wait as well.
            names.tried_at = time.monotonic()
            self._manifest = Manifest(*self.load_manifest())
            if isinstance(self._manifest.hashed_files, Unreadable):
                raise self._manifest.hashed_files.error()
        return self._manifest

    def _manifest_of_run(self) -> Manifest | None:
        if not self._runs.any or (run := self._current_run()) is None:
            return None
        return run.part(ManifestOfRun).manifest

    def _manifest_to_change(self) -> Manifest:
        if self._runs.any and (run := self._current_run()) is not None:
            part = run.part(ManifestOfRun)
            part.manifest = part.manifest or Manifest()
            return part.manifest
        if "_manifest" not in vars(self):
            self._manifest = Manifest()
        return self._manifest

    def _cache_control(self, run: Run, key: str) -> str | None:
        if self.hashed_cache_control is not None and key == self._manifest_key(run):
            return MANIFEST_CACHE_CONTROL
        return super()._cache_control(run, key)

    def _hashed_files_in_place(self) -> Mapping[str, str] | None:
        try:
            return self._manifest_in_place(at_once=True).hashed_files
        except Exception:
            # Who looks a name up is told why.
            return None

    def _replace_manifest_in_memory(self, run: Run) -> None:
        manifest = run.part(ManifestOfRun).manifest
        if manifest is not None and not run.options.dry_run:
            self._manifest = manifest


class ManifestOfRun:
    """The manifest that a run is making, once it has begun."""

    def __init__(self) -> None:
        self.manifest: Manifest | None = None


def copy_of(error: Exception) -> Exception:
    """
    Return another error that tells the same.

    Some are made of other things than they keep; those are copied without being made.
    """
    with suppress(Exception):
        copied = copy.copy(error)
        if str(copied) == str(error):
            return copied
    copied = type(error).__new__(type(error), *error.args)
    vars(copied).update(vars(error))
    return copied


def is_str_to_str(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(item, str) for pair in value.items() for item in pair
    )
