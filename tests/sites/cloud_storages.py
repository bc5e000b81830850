"""Storages as projects write them, over django-storages' Google and Azure classes."""

from __future__ import annotations

from typing import Any

from azure.storage.blob import BlobServiceClient, LinearRetry
from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.core.files.base import ContentFile
from google.cloud.storage.retry import DEFAULT_RETRY
from storages.backends.azure_storage import AzureStorage
from storages.backends.gcloud import GoogleCloudStorage

from faststatic_storages import (
    PreloadMetadataMixin,
    SkipExistsDeleteMixin,
    TwoPassManifestStorage,
)
from faststatic_storages.backends import azure_storage, gcloud
from faststatic_storages.providers.gcloud.provider import GoogleCloudProvider


class ImpatientGoogleCloudProvider(GoogleCloudProvider):
    retry = DEFAULT_RETRY.with_delay(initial=0.01, maximum=0.1).with_timeout(0.2)


class ImpatientGoogleCloud(gcloud.GoogleCloudManifestStaticStorage):
    provider_class = ImpatientGoogleCloudProvider


class StockGoogleCloud(GoogleCloudStorage):
    querystring_auth = False


class BannerMixin:
    """Puts a banner before each script."""

    def _save(self, name: str, content: Any) -> str:
        if name.endswith(".js"):
            content = ContentFile(b"/* (c) */" + content.read())
        saved: str = super()._save(name, content)  # type: ignore[misc]
        return saved


class GoogleCloudBanner(PreloadMetadataMixin, BannerMixin, StockGoogleCloud):
    pass


class StockGoogleCloudManifest(ManifestFilesMixin, StockGoogleCloud):
    """django-storages has none; this is what people write."""


class StockGoogleCloudProject(StockGoogleCloudManifest):
    """Override whatever the documentation of Django and django-storages allows."""

    location = "assets/v1"
    gzip = True
    default_acl = "publicRead"
    manifest_name = "manifest-5f2a.json"

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        if name.endswith(".txt"):
            return {"content_type": "text/plain; charset=utf-8", "acl": "private"}
        return {"cache_control": "no-cache", "metadata": {"length": str(len(name))}}


class GoogleCloudProject(
    TwoPassManifestStorage, PreloadMetadataMixin, StockGoogleCloudProject
):
    pass


class GoogleCloudWriteOnly(
    TwoPassManifestStorage, SkipExistsDeleteMixin, StockGoogleCloud
):
    pass


class UnretryingGoogleCloudProvider(GoogleCloudProvider):
    retry = DEFAULT_RETRY.with_timeout(0)


class UnretryingGoogleCloud(gcloud.GoogleCloudManifestStaticStorage):
    provider_class = UnretryingGoogleCloudProvider


class StockAzure(AzureStorage):
    overwrite_files = True


class AzureBanner(PreloadMetadataMixin, BannerMixin, StockAzure):
    pass


class ImpatientStockAzure(StockAzure):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        # django-storages has no options for a client made from a connection string.
        self._service_client = BlobServiceClient.from_connection_string(
            self.connection_string,
            retry_policy=LinearRetry(backoff=0, retry_total=1, random_jitter_range=0),
        )


class ImpatientAzure(TwoPassManifestStorage, PreloadMetadataMixin, ImpatientStockAzure):
    pass


class StockAzureSaving(StockAzure):
    """Says by itself how files are stored."""

    def _get_content_settings_parameters(self, name: str, content: Any = None) -> Any:
        parameters = super()._get_content_settings_parameters(name, content)
        parameters["content_language"] = content.read().decode()
        content.seek(0)
        return parameters


class AzureLanguages(PreloadMetadataMixin, StockAzureSaving):
    pass


class StockAzureManifest(ManifestFilesMixin, StockAzure):
    """django-storages has none; this is what people write."""

    def read_manifest(self) -> Any:
        # Of a missing file Django expects a FileNotFoundError when it is opened.
        return super().read_manifest() if self.exists(self.manifest_name) else None


class StockAzureProject(StockAzureManifest):
    """Override whatever the documentation of Django and django-storages allows."""

    location = "assets/v1"
    cache_control = "max-age=60"
    manifest_name = "manifest-5f2a.json"

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        if name.endswith(".txt"):
            return {"content_type": "text/plain; charset=utf-8"}
        return {"cache_control": "no-cache", "content_language": "de"}


class AzureProject(TwoPassManifestStorage, PreloadMetadataMixin, StockAzureProject):
    pass


class AzureWriteOnly(TwoPassManifestStorage, SkipExistsDeleteMixin, StockAzure):
    pass


class AzureInBlocks(azure_storage.AzureStaticStorage):
    def _get_service_client(self) -> BlobServiceClient:
        # In Azure, files of more than 64 MiB go in blocks.
        return BlobServiceClient.from_connection_string(
            self.connection_string,
            max_single_put_size=1_000_000,
            max_block_size=2_000_000,
        )
