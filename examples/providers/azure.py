"""
Azure Blob Storage.

Everybody may read the container's blobs (anonymous access level "Blob"). With
azure-identity, ``token_credential=DefaultAzureCredential()`` takes the key's place.
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
            "account_name": os.environ["AZURE_ACCOUNT_NAME"],
            "account_key": os.environ["AZURE_ACCOUNT_KEY"],
            "cache_control": "public, max-age=3600",
        },
    },
}
