"""The deliberate differences from django-storages, switched off."""

from __future__ import annotations

from typing import Any

from django.utils.module_loading import import_string
from storages.base import BaseStorage


def options_of_parity(backend: str) -> dict[str, Any]:
    """Return the options with which a class of ours sends the headers of its parent."""
    try:
        cls = import_string(backend)
    except ImportError:
        return {}
    is_ours = issubclass(cls, BaseStorage) and hasattr(cls, "hashed_cache_control")
    return {"hashed_cache_control": None} if is_ours else {}
