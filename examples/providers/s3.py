"""
Amazon S3.

boto3 finds the credentials and the region by itself. The bucket policy lets everybody
read: new buckets have no ACLs.
"""

import os

from .common import *  # noqa: F403

STORAGES = {
    "staticfiles": {
        "BACKEND": "faststatic_storages.backends.s3.S3ManifestStaticStorage",
        "OPTIONS": {
            "bucket_name": os.environ["BUCKET"],
            "location": "static",
            "object_parameters": {"CacheControl": "public, max-age=3600"},
        },
    },
}
