"""The CPU seconds that a run spends on listing the bucket."""

from __future__ import annotations

import os
import time
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.contrib.staticfiles.management.commands import collectstatic  # noqa: E402


def main() -> None:
    # It constructs the storage, which reads the manifest, before it collects.
    staticfiles_storage: Any = collectstatic.Command().storage
    assert staticfiles_storage.manifest_name
    started = time.process_time()
    with staticfiles_storage.staged():
        assert staticfiles_storage.exists("dir0000/file000000.js")
    print(time.process_time() - started)


if __name__ == "__main__":
    main()
