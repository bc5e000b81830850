"""
Azure Blob Storage.

Everybody may read the container's blobs (anonymous access level "Blob"). The portal
shows the connection string, and Azurite documents its own. With azure-identity,
``account_name`` and ``token_credential=DefaultAzureCredential()`` take its place.
"""

import os

from .common import *  # noqa: F403

STORAGES = {
    "staticfiles": {
        "BACKEND": (
            "faststatic_storages.backends.azure_storage.AzureManifestStaticStorage"
        ),
        "OPTIONS": {
            "azure_container": os.environ["AZURE_CONTAINER"],
            "connection_string": os.environ["AZURE_STORAGE_CONNECTION_STRING"],
            "cache_control": "public, max-age=3600",
        },
    },
}
