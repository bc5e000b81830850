"""
Google Cloud Storage.

The SDK finds the credentials by itself. The bucket has uniform access, and allUsers the
role Storage Object Viewer.
"""

import os

from .common import *  # noqa: F403

STORAGES = {
    "staticfiles": {
        "BACKEND": (
            "faststatic_storages.backends.gcloud.GoogleCloudManifestStaticStorage"
        ),
        "OPTIONS": {
            "bucket_name": os.environ["BUCKET"],
            "location": "static",
            "object_parameters": {"cache_control": "public, max-age=3600"},
        },
    },
}
