"""Azure Blob Storage."""

from faststatic_storages.providers.azure.provider import AzureProvider

__all__ = ["AzureProvider"]
