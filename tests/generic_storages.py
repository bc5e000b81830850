"""Storages that no provider of ours knows, as projects compose them."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.storage import InMemoryStorage
from storages.backends.s3 import S3StaticStorage

from faststatic_storages import (
    PreloadMetadataMixin,
    SkipExistsDeleteMixin,
    TwoPassManifestStorage,
)

GENERIC = "faststatic_storages.providers.generic.GenericProvider"


class LocalManifest(TwoPassManifestStorage, PreloadMetadataMixin, StaticFilesStorage):  # type: ignore[misc]
    pass


class LocalPlain(PreloadMetadataMixin, StaticFilesStorage):  # type: ignore[misc]
    max_workers = 2


class LocalBlind(TwoPassManifestStorage, SkipExistsDeleteMixin, StaticFilesStorage):  # type: ignore[misc]
    pass


class Remote(S3StaticStorage):
    """An S3 of which nothing is known but that it is a Django storage."""


class RemoteManifest(TwoPassManifestStorage, PreloadMetadataMixin, Remote):
    provider_class = GENERIC


class RemoteParallel(PreloadMetadataMixin, Remote):
    provider_class = GENERIC
    thread_safe = True


class RemoteUnlisted(TwoPassManifestStorage, Remote):
    provider_class = GENERIC


class RemoteWithoutListing(PreloadMetadataMixin, Remote):
    provider_class = GENERIC

    def listdir(self, path: str) -> Any:
        raise NotImplementedError("listdir() is missing.")


class Memory(PreloadMetadataMixin, InMemoryStorage):  # type: ignore[misc]
    """It does not overwrite, and has no paths."""
