"""
Is the stock ``collectstatic`` calling, and about which file?

A storage is not told that it is being collected into. The stock command is at most a
few frames up the stack and knows it all. Everything that relies on the command's
internals is in this module; where it recognises nothing, the caller does without:
slower, and as correct.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.contrib.staticfiles.finders import get_finders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import FrameType

    from django.contrib.staticfiles.management.commands.collectstatic import Command
    from django.core.files.storage import Storage

COMMAND_MODULE = "django.contrib.staticfiles.management.commands.collectstatic"


def stock_command() -> type[Command] | None:
    """Return the stock command's class if this process ever imported it."""
    module = sys.modules.get(COMMAND_MODULE)
    return module.Command if module is not None else None


def locals_of_stock(method: str) -> dict[str, Any] | None:
    """Return the variables of the innermost call of that method on this stack."""
    if (stock := stock_command()) is None:
        return None
    code = getattr(stock, method).__code__
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code is code:
            return frame.f_locals
        frame = frame.f_back
    return None


def collecting_command(storage: object) -> Command | None:
    """Return the command whose stock ``collect()`` works on ``storage``."""
    if (variables := locals_of_stock("collect")) is None:
        return None
    command: Command = variables["self"]
    # ``command.storage`` is a lazy object that compares as what it wraps.
    return command if command.storage == storage else None


def speed_up(command: Command) -> None:
    """Let the command find names quickly in the lists that it asks for each file."""
    command.copied_files = SearchableList(command.copied_files)
    command.unmodified_files = SearchableList(command.unmodified_files)


class SearchableList(list[str]):
    """A list that knows what was appended to it."""

    def __init__(self, items: Iterable[str] = ()) -> None:
        super().__init__(items)
        self._items = set(self)

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def append(self, item: str) -> None:
        super().append(item)
        self._items.add(item)


def sources_of(command: Command) -> Iterator[tuple[Storage, str]]:
    """Yield the source files that the command finds, in its order."""
    for finder in get_finders():
        for path, source_storage in finder.list(command.ignore_patterns):
            yield source_storage, path


def source_of_question() -> tuple[Storage, str] | None:
    """
    Return the source file that ``delete_file()`` asks the storage about.

    With ``--link`` it compares times: a link has its source's.
    """
    variables = locals_of_stock("delete_file")
    if variables is None or variables["self"].symlink:
        return None
    return variables["source_storage"], variables["path"]


def source_of_save(content: object) -> tuple[Storage, str] | None:
    """Return the source file that ``copy_file()`` opened as ``content``."""
    variables = locals_of_stock("copy_file")
    if variables is None or variables.get("source_file") is not content:
        return None
    return variables["source_storage"], variables["path"]


def add_deleted_files(storage: object, names: list[str]) -> None:
    """Let the command's summary count what was deleted (Django 6.0 and later do)."""
    command = collecting_command(storage)
    if command is not None and hasattr(command, "deleted_files"):
        command.deleted_files.extend(names)
