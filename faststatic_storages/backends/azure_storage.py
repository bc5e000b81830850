"""``storages.backends.azure_storage``, fast and safe to collect into."""

from __future__ import annotations

from typing import Any

from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.run.errors import plain_to_the_command

try:
    from storages.backends import azure_storage
except ImportError as error:
    with plain_to_the_command():
        raise Misconfigured(
            Problem.NO_SDK,
            str(error),
            'Install azure-storage-blob: pip install "faststatic-storages[azure]"',
        ) from error

from faststatic_storages.preload import PreloadMetadataMixin
from faststatic_storages.skip import SkipExistsDeleteMixin
from faststatic_storages.twopass import TwoPassManifestStorage


class UnsignedAzureStorage(azure_storage.AzureStorage):
    """
    django-storages' ``AzureStorage`` with URLs that stay the same and hold no secret.

    The base for compositions of your own: put the mixins in front of it.
    """

    overwrite_files = True
    # A signed URL changes at each call, and expires in pages that are cached.
    expiration_secs = None

    def url(self, name: str, expire: int | None = None, **kwargs: Any) -> str:
        url: str = super().url(name, expire=expire, **kwargs)
        # The SDK appends the SAS token that it was given to write with.
        return url if expire else url.partition("?")[0]


class AzureStaticStorage(PreloadMetadataMixin, UnsignedAzureStorage):
    """django-storages' ``AzureStorage`` with stable URLs, made fast."""


class AzureManifestStaticStorage(
    TwoPassManifestStorage, PreloadMetadataMixin, UnsignedAzureStorage
):
    """The same with Django's manifest, hashed locally, then synced."""


class AzureWriteOnlyStaticStorage(SkipExistsDeleteMixin, UnsignedAzureStorage):
    """For a SAS token that may only create and write: it asks and deletes nothing."""


class AzureWriteOnlyManifestStaticStorage(
    TwoPassManifestStorage, SkipExistsDeleteMixin, UnsignedAzureStorage
):
    """The same with Django's manifest, which only a web process has to read."""
