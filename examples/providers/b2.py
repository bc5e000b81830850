"""
Backblaze B2, by its S3 interface.

The bucket is public. Master keys do not work here, application keys do.
"""

import os

from botocore.config import Config

from .common import *  # noqa: F403

REGION = os.environ.get("B2_REGION", "us-west-004")

STORAGES = {
    "staticfiles": {
        "BACKEND": "faststatic_storages.backends.s3.S3ManifestStaticStorage",
        "OPTIONS": {
            "bucket_name": os.environ["BUCKET"],
            "endpoint_url": f"https://s3.{REGION}.backblazeb2.com",
            "region_name": REGION,
            "access_key": os.environ["S3_ACCESS_KEY"],
            "secret_key": os.environ["S3_SECRET_KEY"],
            # B2 refuses the checksums that boto3 sends.
            "client_config": Config(
                signature_version="s3v4",
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    },
}
