"""Which other storages of the project keep their files in the same place."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.files.storage import storages

# What tells one bucket from another, in the words of django-storages.
CONTAINER = ("bucket_name", "azure_container")
SERVICE = ("account_name", "endpoint_url")


def alias_inside(storage: Any, prefix: str) -> str | None:
    """Return the alias of a storage whose location is ``prefix`` or lies in it."""
    place = place_of(storage)
    for alias in storages.backends:
        # What cannot be constructed keeps nothing.
        with suppress(Exception):
            other = storages[alias]
            if other is not storage and place is not None and place == place_of(other):
                location = getattr(other, "location", "") or ""
                if f"{location.strip('/')}/".startswith(prefix) and not is_same(
                    storage, other
                ):
                    return alias
    return None


def place_of(storage: Any) -> tuple[Any, ...] | None:
    container = [getattr(storage, name, None) for name in CONTAINER]
    if not any(container):
        return None
    return (*container, *(getattr(storage, name, None) for name in SERVICE))


def is_same(storage: Any, other: Any) -> bool:
    """Return whether ``other`` is the same storage once more, as one of two aliases."""
    return type(storage) is type(other) and vars(storage).get("location") == vars(
        other
    ).get("location")
