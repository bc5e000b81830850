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
        "BACKEND": "store.provider.StaticStorage",
        "OPTIONS": {
            "base_url": os.environ.get("WEBDAV_URL", "http://127.0.0.1:8080/"),
            "location": "static/",
        },
    },
}
