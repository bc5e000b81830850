"""
System checks: what a run would refuse or warn of, before there is one.

They send no request. Those of the settings make no client either, which might look for
credentials on the network; those of the clients do.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import STATICFILES_STORAGE_ALIAS, settings
from django.core.checks import CheckMessage

from faststatic_storages.checks.aliases import Alias, aliases
from faststatic_storages.checks.command import command_findings
from faststatic_storages.checks.messages import message
from faststatic_storages.checks.storage import client_findings, settings_findings
from faststatic_storages.checks.versions import version_findings

__all__ = ["client_messages", "settings_messages"]


def settings_messages() -> list[CheckMessage]:
    """Return what is wrong, or probably, with the storages and what is around them."""
    return [*_settings_messages()]


def client_messages() -> list[CheckMessage]:
    """Return what is wrong with the clients of storages whose settings are right."""
    return [
        message(finding, of=alias.setting)
        for alias in ours()
        for finding in client_findings(alias)
    ]


def ours() -> list[Alias]:
    return [alias for alias in aliases(settings.STORAGES) if alias.is_ours]


def _settings_messages() -> Iterator[CheckMessage]:
    every = ours()
    for alias in every:
        for finding in settings_findings(alias, aliases(settings.STORAGES)):
            yield message(finding, of=alias.setting)
    if every:
        for finding in version_findings():
            yield message(finding, of="django-storages")
    if any(alias.name == STATICFILES_STORAGE_ALIAS for alias in every):
        for finding in command_findings():
            yield message(finding, of="INSTALLED_APPS")
