"""Exit with 0 if the package takes the options at hand, and say why if not."""

from __future__ import annotations

import os
import sys
from typing import Any

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.contrib.staticfiles import storage  # noqa: E402

staticfiles_storage: Any = storage.staticfiles_storage

try:
    with staticfiles_storage.staged():
        staticfiles_storage.exists("a")
except (CommandError, ImproperlyConfigured) as error:
    sys.exit(str(error))
