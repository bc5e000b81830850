"""The CPU seconds of Django's own ``post_process()``, as JSON."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage  # noqa: E402
from found_files import found_files  # noqa: E402


def main() -> None:
    shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
    for source in settings.STATICFILES_DIRS:
        shutil.copytree(source, settings.STATIC_ROOT, dirs_exist_ok=True)
    storage = ManifestStaticFilesStorage()
    found = found_files()
    started = time.process_time()
    for *_, processed in storage.post_process(found):
        if isinstance(processed, Exception):
            raise processed
    print(time.process_time() - started)
    print((Path(settings.STATIC_ROOT) / "staticfiles.json").stat().st_size)


if __name__ == "__main__":
    main()
