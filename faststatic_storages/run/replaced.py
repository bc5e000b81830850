"""Another app's ``collectstatic`` in the place of Django's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.run import collectstatic
from faststatic_storages.run.warned import warn

if TYPE_CHECKING:
    from django.contrib.staticfiles.management.commands.collectstatic import Command

STOCK = "django.contrib.staticfiles"
REPLACEMENTS = ("collectfast", "collectfasta", "collectstupid")
"""Apps that send files by themselves, and are not needed any more."""
METHODS = ("handle", "collect")

_told: WeakSet[Command] = WeakSet()


def app_of(command: type) -> str:
    """Return the app that a command's class was written for."""
    return command.__module__.partition(".management.")[0]


def known_replacement(app: str) -> Misconfigured | None:
    """Return what to say of an app whose command is not needed any more."""
    if app not in REPLACEMENTS:
        return None
    return Misconfigured(
        Problem.COMMAND,
        f"collectstatic is the command of {app}, which sends and deletes live files "
        "by itself, past all that this storage does.",
        f"Remove {app!r} from INSTALLED_APPS.",
    )


def other_command(app: str, command: type[Command]) -> Misconfigured | None:
    """Return what to say of a command that does not call Django's own."""
    if all(is_stock_below(command, method) for method in METHODS):
        return None
    return Misconfigured(
        Problem.OTHER_COMMAND,
        f"collectstatic is the command of {app}, which does not call Django's own: no "
        "run begins, and each file is sent by itself.",
        f"Remove {app!r} from INSTALLED_APPS, or let its command call "
        "super().handle() and super().collect().",
    )


def is_stock_below(command: type[Command], method: str) -> bool:
    """Return whether the method is Django's own, or seems to call it."""
    stock = collectstatic.stock_command()
    found: Any = getattr(command, method)
    if found is getattr(stock, method, None):
        return True
    code = collectstatic.code_of(found)
    return code is None or method in code.co_names


def warn_of_replacement() -> None:
    """
    Tell the command on this stack, once, if it is not what a run can rely on.

    Some put another storage in the place of ours, which then is constructed and never
    asked for anything.
    """
    variables = collectstatic.locals_of_stock("handle")
    command: Command | None = variables.get("self")
    if command is None or command in _told:
        return
    _told.add(command)
    app = app_of(type(command))
    found = known_replacement(app) or other_command(app, type(command))
    if found is not None and variables["options"]["verbosity"] > 0:
        warn([found], command.stderr.write)
