"""Django's system checks of a project whose storages are these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, run_checks
from django.core.management import get_commands
from django.test import override_settings

from tests.sites.site import MANIFEST, Site

PREFIX = "faststatic_storages."
APPS = ["django.contrib.staticfiles", "faststatic_storages"]


def check(
    site: Site,
    backend: str = MANIFEST,
    *,
    apps: Sequence[str] = (),
    others: dict[str, Any] | None = None,
    deploy: bool = False,
    **options: Any,
) -> list[CheckMessage]:
    """Return what our checks say; ``others`` are more aliases of ``STORAGES``."""
    settings = site.settings(backend, **options)
    settings["STORAGES"].update(others or {})
    settings["INSTALLED_APPS"] = [*apps, *APPS]
    with override_settings(**settings):
        forget_commands()
        messages = run_checks(tags=[Tags.staticfiles], include_deployment_checks=deploy)
    forget_commands()
    return [message for message in messages if str(message.id).startswith(PREFIX)]


def forget_commands() -> None:
    """Let Django look anew which app has which command."""
    cached: Any = get_commands
    cached.cache_clear()


def ids(messages: Sequence[CheckMessage]) -> list[str]:
    return [str(message.id).removeprefix(PREFIX) for message in messages]


def hint(message: CheckMessage) -> str:
    assert message.hint is not None
    return str(message.hint)
