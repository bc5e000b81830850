"""Manifest hashing on this machine first, then one sync."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.storage import ManifestFilesMixin

from faststatic_storages.hashing.incremental import (
    IncrementalHashingMixin,
    PlainUrlMixin,
)


class TwoPassManifestStorage(
    IncrementalHashingMixin, ManifestFilesMixin, PlainUrlMixin
):
    """
    Run Django's manifest hashing locally, then sync its outcome, the manifest last.

    To read the manifest costs one GET. One that cannot be read is an error when a name
    is first looked up in it, so that a run, which needs none, can replace it.
    """

    _manifest_error: Exception | None = None

    def read_manifest(self) -> Any:
        if not self._keeps_own_manifest():
            return super().read_manifest()
        try:
            key = self._provider.key(self.manifest_name)
            return self._provider.get(key).decode()
        except FileNotFoundError:
            return None

    def load_manifest(self) -> Any:
        try:
            hashed_files, manifest_hash = super().load_manifest()
            if not is_str_to_str(hashed_files):
                raise ValueError("It does not map names to names.")
        # Django looks for keys without asking whether the JSON is an object.
        except (ValueError, AttributeError) as error:
            self._manifest_error = ValueError(
                f"The manifest '{self.manifest_name}' cannot be read: {error} "
                "Run collectstatic, which replaces it."
            )
        except Exception as error:
            self._manifest_error = error
        else:
            return hashed_files, manifest_hash
        return {}, ""

    def stored_name(self, name: str) -> str:
        if self._manifest_error is not None:
            raise self._manifest_error
        return super().stored_name(name)

    def save_manifest(self) -> None:
        super().save_manifest()
        self._manifest_error = None


def is_str_to_str(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(item, str) for pair in value.items() for item in pair
    )
