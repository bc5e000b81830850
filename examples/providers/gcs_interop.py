"""
Google Cloud Storage by its S3 interface, with HMAC keys.

For projects that are not to install Google's SDK; where it can be, take gcloud.py.
"""

import os

from botocore.config import Config

from .common import *  # noqa: F403

BUCKET = os.environ["BUCKET"]

STORAGES = {
    "staticfiles": {
        "BACKEND": "faststatic_storages.backends.s3.S3ManifestStaticStorage",
        "OPTIONS": {
            "bucket_name": BUCKET,
            "endpoint_url": "https://storage.googleapis.com",
            "region_name": "auto",
            "access_key": os.environ["S3_ACCESS_KEY"],
            "secret_key": os.environ["S3_SECRET_KEY"],
            "custom_domain": f"storage.googleapis.com/{BUCKET}",
            # Google refuses the checksums that boto3 sends.
            "client_config": Config(
                signature_version="s3v4",
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    },
}
