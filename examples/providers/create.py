"""
Create the bucket, or the container, that some settings name.

Run it in the directory above: ``python -m providers.create azure``.
"""

import os
import sys
from typing import Any

from django.core.files.storage import storages


def create(storage: Any) -> None:
    if hasattr(storage, "azure_container"):
        storage.client.create_container(public_access="blob")
    elif hasattr(storage, "project_id"):
        storage.client.create_bucket(storage.bucket_name)
    else:
        storage.connection.create_bucket(Bucket=storage.bucket_name)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = f"providers.{sys.argv[1]}"
    create(storages["staticfiles"])
