"""Manifest hashing on this machine first, then one sync."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.storage import ManifestFilesMixin

from faststatic_storages.collectstatic import running_command
from faststatic_storages.hashing import IncrementalHashingMixin, PlainUrlMixin
from faststatic_storages.providers.base import ProviderError


class TwoPassManifestStorage(
    IncrementalHashingMixin, ManifestFilesMixin, PlainUrlMixin
):
    """
    Run Django's manifest hashing locally, then sync its outcome, the manifest last.

    To read the manifest costs one GET. A run replaces one that it cannot read.
    """

    def read_manifest(self) -> Any:
        if not self._keeps_own_manifest():
            return super().read_manifest()
        try:
            return self._provider.get(self.manifest_name).decode()
        except FileNotFoundError:
            return None
        except ProviderError:
            if running_command() is None:
                raise
            # The run itself needs no old manifest, and will meet the cause again.
            return None

    def load_manifest(self) -> Any:
        try:
            hashed_files, manifest_hash = super().load_manifest()
            if not is_str_to_str(hashed_files):
                raise ValueError("it does not map names to names.")
        # Django looks for keys without asking whether the JSON is an object.
        except (ValueError, AttributeError) as error:
            if running_command() is None:
                raise ValueError(
                    f"The manifest '{self.manifest_name}' cannot be read: {error} "
                    "Run collectstatic, which replaces it."
                ) from error
            return {}, ""
        return hashed_files, manifest_hash


def is_str_to_str(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(item, str) for pair in value.items() for item in pair
    )
