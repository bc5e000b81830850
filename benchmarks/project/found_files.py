"""What the stock command hands to ``post_process()``."""

from __future__ import annotations

import os
from typing import Any

from django.contrib.staticfiles.finders import get_finders


def found_files() -> dict[str, tuple[Any, str]]:
    found: dict[str, tuple[Any, str]] = {}
    for finder in get_finders():
        for path, storage in finder.list([]):
            prefix = getattr(storage, "prefix", None)
            name = os.path.join(prefix, path) if prefix else path
            found.setdefault(name, (storage, path))
    return found
