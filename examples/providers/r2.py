"""
Cloudflare R2.

It has no ACLs, and is read by a domain that is connected to the bucket.
"""

import os

from botocore.config import Config

from .common import *  # noqa: F403

STORAGES = {
    "staticfiles": {
        "BACKEND": "faststatic_storages.backends.s3.S3ManifestStaticStorage",
        "OPTIONS": {
            "bucket_name": os.environ["BUCKET"],
            "endpoint_url": (
                f"https://{os.environ['R2_ACCOUNT_ID']}.r2.cloudflarestorage.com"
            ),
            "region_name": "auto",
            "access_key": os.environ["S3_ACCESS_KEY"],
            "secret_key": os.environ["S3_SECRET_KEY"],
            "custom_domain": os.environ["STATIC_DOMAIN"],
            # R2 does not know all the checksums that boto3 sends.
            "client_config": Config(
                signature_version="s3v4",
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    },
}
