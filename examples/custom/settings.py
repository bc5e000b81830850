import os
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent

SECRET_KEY = "for this example only"
USE_TZ = True

INSTALLED_APPS = ["django.contrib.staticfiles"]

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]

STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "static_storage.StaticStorage",
        "OPTIONS": {
            "bucket_name": os.environ.get("BUCKET", "custom"),
            "manifest_root": BASE_DIR / "build",
            # Real projects on AWS leave these out: boto3 finds them by itself.
            "endpoint_url": os.environ.get(
                "AWS_ENDPOINT_URL_S3", "http://127.0.0.1:4566"
            ),
            "access_key": os.environ.get("AWS_ACCESS_KEY_ID", "quickstart"),
            "secret_key": os.environ.get("AWS_SECRET_ACCESS_KEY", "quickstart"),
            "region_name": os.environ.get("AWS_REGION", "us-east-1"),
        },
    },
}
