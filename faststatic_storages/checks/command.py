"""Whether ``collectstatic`` is Django's."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from django.core.management import get_commands

from faststatic_storages.providers.misconfigured import Misconfigured
from faststatic_storages.run.replaced import STOCK, known_replacement, other_command

COMMAND = "collectstatic"


def command_findings() -> Iterator[Misconfigured]:
    app = get_commands().get(COMMAND, STOCK)
    if app == STOCK:
        return
    if (found := known_replacement(app)) is None:
        module = import_module(f"{app}.management.commands.{COMMAND}")
        found = other_command(app, module.Command)
    if found is not None:
        yield found
