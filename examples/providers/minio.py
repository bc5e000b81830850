"""
MinIO on this machine.

Let everybody read: ``mc anonymous set download local/static``.
"""

import os

from .common import *  # noqa: F403

BUCKET = os.environ.get("BUCKET", "static")
HOST = os.environ.get("MINIO_HOST", "127.0.0.1:9000")

STORAGES = {
    "staticfiles": {
        "BACKEND": "faststatic_storages.backends.s3.S3ManifestStaticStorage",
        "OPTIONS": {
            "bucket_name": BUCKET,
            "endpoint_url": f"http://{HOST}",
            "region_name": "us-east-1",
            "access_key": os.environ.get("S3_ACCESS_KEY", "minioadmin"),
            "secret_key": os.environ.get("S3_SECRET_KEY", "minioadmin"),
            "addressing_style": "path",
            "custom_domain": f"{HOST}/{BUCKET}",
            "url_protocol": "http:",
        },
    },
}
