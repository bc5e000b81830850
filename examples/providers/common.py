"""What is the same wherever the static files go."""

from pathlib import Path

SECRET_KEY = "for this example only"
USE_TZ = True

INSTALLED_APPS = ["django.contrib.staticfiles"]

STATIC_URL = "static/"
STATICFILES_DIRS = [Path(__file__).resolve().parent / "static"]
