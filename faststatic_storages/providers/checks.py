"""What several providers refuse for the same reason."""

from __future__ import annotations

from typing import Any

from faststatic_storages.providers.misconfigured import Misconfigured, Problem


def check_overwrite(storage: Any, option: str, setting: str) -> None:
    if not getattr(storage, option):
        raise Misconfigured(
            Problem.NO_OVERWRITE,
            f"{option} is False ({setting}): static files would be stored under names "
            "that nobody asks for.",
            f'Add "{option}": True to OPTIONS in STORAGES; the setting for other '
            "storages can stay as it is.",
        )


def check_container(storage: Any, kind: str, option: str, setting: str) -> None:
    if not getattr(storage, option):
        raise Misconfigured(
            Problem.NO_CONTAINER,
            f"{type(storage).__qualname__} has no {kind}.",
            f'Set "{option}" in its OPTIONS in STORAGES, or {setting}, to the '
            f"{kind}'s name.",
        )


def signed_urls(
    storage: Any,
    option: str,
    setting: str,
    *,
    unsigned: object,
    access: str,
    problem: Problem = Problem.SIGNED_URLS,
) -> Misconfigured:
    """Return what to say where url() signs; ``access`` is what readers then need."""
    return Misconfigured(
        problem,
        f"{option} is {getattr(storage, option)!r} ({setting}): the URL of a static "
        "file would be signed, change at each call and expire.",
        f'Add "{option}": {unsigned!r} to OPTIONS in STORAGES and {access}.',
    )


def check_transport(storage: Any) -> None:
    if storage.transport == "obstore":
        raise Misconfigured(
            Problem.TRANSPORT,
            f'The transport "obstore" does not serve {type(storage).__qualname__}.',
            'Set OPTIONS["transport"] to "auto".',
        )
