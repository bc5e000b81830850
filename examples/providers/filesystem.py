"""A directory that web servers read, for example on a network mount."""

import os

from .common import *  # noqa: F403

STATIC_ROOT = os.environ["STATIC_ROOT"]

STORAGES = {
    "staticfiles": {
        "BACKEND": "providers.network_mount.StaticStorage",
        # A new manifest is to be readable as soon as it is in place.
        "OPTIONS": {"file_permissions_mode": 0o644},
    },
}
