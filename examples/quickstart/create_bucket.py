"""
Create the bucket of the settings, readable by everyone, as static files are.

Browsers take fonts and modules from another host only if that says which sites may.
"""

import json
import os
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quickstart.settings")
STORAGES: dict[str, Any] = settings.STORAGES
OPTIONS = STORAGES["staticfiles"]["OPTIONS"]

bucket = boto3.resource(
    "s3",
    endpoint_url=OPTIONS["endpoint_url"],
    aws_access_key_id=OPTIONS["access_key"],
    aws_secret_access_key=OPTIONS["secret_key"],
    region_name=OPTIONS["region_name"],
    # A server that was started a moment ago takes some seconds.
    config=Config(retries={"mode": "standard", "total_max_attempts": 8}),
).Bucket(OPTIONS["bucket_name"])
bucket.create()
bucket.Policy().put(
    Policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{bucket.name}/*",
            },
        }
    )
)
try:
    bucket.Cors().put(
        CORSConfiguration={
            "CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]
        }
    )
except ClientError as error:
    # MinIO has no such rules, and lets all sites.
    if error.response["Error"]["Code"] != "NotImplemented":
        raise
print(f"Created {OPTIONS['endpoint_url']}/{bucket.name}")
