"""What several providers refuse for the same reason."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured


def check_overwrite(storage: Any, option: str, setting: str) -> None:
    if not getattr(storage, option):
        raise ImproperlyConfigured(
            f"{option} is False ({setting}): static files would be stored under names "
            f'that nobody asks for. Add "{option}": True to STORAGES["staticfiles"]'
            '["OPTIONS"]; the setting for other storages can stay as it is.'
        )


def check_container(storage: Any, kind: str, option: str, setting: str) -> None:
    if not getattr(storage, option):
        raise ImproperlyConfigured(
            f"{type(storage).__qualname__} has no {kind}. Set "
            f'STORAGES["staticfiles"]["OPTIONS"]["{option}"] or {setting} to the '
            f"{kind}'s name."
        )


def signed_urls(
    storage: Any, option: str, setting: str, *, unsigned: object, access: str
) -> str:
    """Return what to say where url() signs; ``access`` is what readers then need."""
    return (
        f"{option} is {getattr(storage, option)!r} ({setting}): the URL of a static "
        "file would be signed, change at each call and expire. Set "
        f'STORAGES["staticfiles"]["OPTIONS"]["{option}"] to {unsigned!r} and {access}.'
    )


def check_transport(storage: Any) -> None:
    if storage.transport == "obstore":
        raise ImproperlyConfigured(
            f'The transport "obstore" does not serve {type(storage).__qualname__}. Set '
            'OPTIONS["transport"] to "auto".'
        )
