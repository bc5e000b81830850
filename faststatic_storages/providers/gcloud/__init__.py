"""Google Cloud Storage."""

from faststatic_storages.providers.gcloud.provider import GoogleCloudProvider

__all__ = ["GoogleCloudProvider"]
