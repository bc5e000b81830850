"""``storages.backends.azure_storage``, fast and safe to collect into."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured

try:
    from storages.backends import azure_storage
except ImportError as error:
    raise ImproperlyConfigured(
        f'{error}\nInstall azure-storage-blob: pip install "faststatic-storages[azure]"'
    ) from error

from faststatic_storages.preload import PreloadMetadataMixin
from faststatic_storages.twopass import TwoPassManifestStorage


class _UnsignedAzureStorage(azure_storage.AzureStorage):
    """``AzureStorage`` with URLs that stay the same and hold no secret."""

    overwrite_files = True
    # A signed URL changes at each call, and expires in pages that are cached.
    expiration_secs = None

    def url(self, name: str, expire: int | None = None, **kwargs: Any) -> str:
        url: str = super().url(name, expire=expire, **kwargs)
        # The SDK appends the SAS token that it was given to write with.
        return url if expire else url.partition("?")[0]


class AzureStaticStorage(PreloadMetadataMixin, _UnsignedAzureStorage):
    """django-storages' ``AzureStorage`` with stable URLs, made fast."""


class AzureManifestStaticStorage(  # type: ignore[misc]
    TwoPassManifestStorage, PreloadMetadataMixin, _UnsignedAzureStorage
):
    """The same with Django's manifest, hashed locally, then synced."""
