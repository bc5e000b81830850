"""Manifest hashing on this machine first, then one sync."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.staticfiles.storage import ManifestFilesMixin

from faststatic_storages.hashing.defaults import HashingDefaults
from faststatic_storages.hashing.incremental import IncrementalHashingMixin
from faststatic_storages.hashing.integrity import IntegrityMixin
from faststatic_storages.hashing.manifest import ManifestMixin
from faststatic_storages.hashing.options import ManifestOptionsMixin
from faststatic_storages.hashing.originals import OriginalsMixin
from faststatic_storages.hashing.plain_url import PlainUrlMixin
from faststatic_storages.hashing.prehashed import PrehashedMixin
from faststatic_storages.hashing.sourcemaps import SourceMapsMixin
from faststatic_storages.hashing.spared import SparedMixin


class TwoPassManifestStorage(
    IntegrityMixin,
    ManifestMixin,
    ManifestOptionsMixin,
    OriginalsMixin,
    PrehashedMixin,
    SourceMapsMixin,
    SparedMixin,
    IncrementalHashingMixin,
    ManifestFilesMixin,
    PlainUrlMixin,
    HashingDefaults,
):
    """
    Run Django's manifest hashing locally, then sync its outcome, the manifest last.

    To read the manifest costs one GET. One that cannot be read is an error when a name
    is first looked up in it, so that a run, which needs none, can replace it.
    """

    mixin_rank = 1

    if TYPE_CHECKING:
        # Django's two say different things of url(); a composition is of both.
        def url(self, name: Any, *args: Any, **kwargs: Any) -> str: ...
