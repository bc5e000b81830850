"""Django's entry to the system checks; all else works without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register


class FastStaticStoragesConfig(AppConfig):
    """For ``INSTALLED_APPS``: with it, ``manage.py check`` looks at the storages."""

    name = "faststatic_storages"
    verbose_name = "faststatic_storages"

    def ready(self) -> None:
        register(check_storages, Tags.staticfiles)
        register(check_clients, Tags.staticfiles, deploy=True)


def check_storages(app_configs: object, **options: Any) -> Sequence[CheckMessage]:
    """Report what the settings alone tell."""
    # A web process has no use for it.
    from faststatic_storages.checks import settings_messages

    return settings_messages()


def check_clients(app_configs: object, **options: Any) -> Sequence[CheckMessage]:
    """Report what can be told only with a client: of ``check --deploy``."""
    from faststatic_storages.checks import client_messages

    return client_messages()
