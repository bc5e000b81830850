"""Where ``--clear`` would be among files that may be others'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from django.core.files.storage import storages

from faststatic_storages.providers.base import Provider
from faststatic_storages.providers.misconfigured import Misconfigured, Problem

# What tells one bucket from another, in the words of django-storages.
CONTAINER = ("bucket_name", "azure_container")
SERVICE = ("account_name", "endpoint_url")


OWNER = (
    'or set OPTIONS["exclusive"] to True if everything there is this site\'s static '
    "files."
)


def refusal_to_clear(
    storage: Any, provider: Provider, others: Iterable[tuple[str, Any]]
) -> Misconfigured | None:
    """
    Return why ``--clear`` is refused, ``None`` where it is not.

    ``others`` are the storages of the project, with their aliases.
    """
    if storage.exclusive or not provider.may_be_shared:
        return None
    if not (prefix := provider.key("")):
        return Misconfigured(
            Problem.EMPTY_LOCATION,
            f"--clear is refused: it would look through the whole of {provider.place}, "
            "which others may use as well.",
            f'Set OPTIONS["location"], such as to "static", {OWNER}',
        )
    if (alias := alias_inside(storage, prefix, others)) is None:
        return None
    return Misconfigured(
        Problem.SHARED_LOCATION,
        f'--clear is refused: it would delete what STORAGES["{alias}"] keeps, of which '
        f"the location lies in {prefix!r}, the location of the static files.",
        f"Give one of them another location, {OWNER}",
    )


def constructed() -> Iterator[tuple[str, Any]]:
    """Yield the storages of the project; what cannot be constructed keeps nothing."""
    for alias in storages.backends:
        with suppress(Exception):
            yield alias, storages[alias]


def alias_inside(
    storage: Any, prefix: str, others: Iterable[tuple[str, Any]]
) -> str | None:
    """Return the alias of a storage whose location is ``prefix`` or lies in it."""
    place = place_of(storage)
    for alias, other in others:
        if place is None or place != place_of(other) or is_same(storage, other):
            continue
        location = getattr(other, "location", "") or ""
        if f"{location.strip('/')}/".startswith(prefix):
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
