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
            return super().load_manifest()
        except ValueError as error:
            if running_command() is None:
                raise ValueError(
                    f"{error} Run collectstatic: it replaces the manifest."
                ) from error
            return {}, ""
