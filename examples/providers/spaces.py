"""
DigitalOcean Spaces, read through its CDN.

A Space takes 150 PUTs a second, then answers 503: 8 uploads at a time stay below.
"""

import os

from .common import *  # noqa: F403

BUCKET = os.environ["BUCKET"]
REGION = os.environ.get("SPACES_REGION", "nyc3")

STORAGES = {
    "staticfiles": {
        "BACKEND": "faststatic_storages.backends.s3.S3ManifestStaticStorage",
        "OPTIONS": {
            "bucket_name": BUCKET,
            "endpoint_url": f"https://{REGION}.digitaloceanspaces.com",
            "region_name": REGION,
            "access_key": os.environ["S3_ACCESS_KEY"],
            "secret_key": os.environ["S3_SECRET_KEY"],
            "custom_domain": f"{BUCKET}.{REGION}.cdn.digitaloceanspaces.com",
            "default_acl": "public-read",
            "max_workers": 8,
        },
    },
}
