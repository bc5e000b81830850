"""
Is the stock ``collectstatic`` calling, and about which file?

A storage is not told that it is being collected into. The stock command is at most a
few frames up the stack and knows it all. Everything that relies on the command's
internals is in this module, which only looks (``searchable`` has the rest): where it
recognises nothing, the caller does without, slower and as correct.
"""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Collection, Iterator, Sequence
from inspect import unwrap
from typing import TYPE_CHECKING, Any

from django.contrib.staticfiles.finders import (
    AppDirectoriesFinder,
    FileSystemFinder,
    get_finders,
)
from django.contrib.staticfiles.storage import HashedFilesMixin, ManifestFilesMixin

if TYPE_CHECKING:
    from types import CodeType, FrameType

    from django.contrib.staticfiles.management.commands.collectstatic import Command
    from django.core.files.storage import Storage

COMMAND_MODULE = "django.contrib.staticfiles.management.commands.collectstatic"


def stock_command() -> type[Command] | None:
    """Return the stock command's class if this process ever imported it."""
    module = sys.modules.get(COMMAND_MODULE)
    return module.Command if module is not None else None


def code_of(method: Any) -> CodeType | None:
    """Return the code of a method, below its decorators; of a mock there is none."""
    if hasattr(method, "__wrapped__"):
        method = unwrap(method)
    code: CodeType | None = getattr(method, "__code__", None)
    return code


def innermost_call(codes: Collection[CodeType | None]) -> FrameType | None:
    """Return the innermost call on this stack of one of these; ``None`` is no code."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code not in codes:
        frame = frame.f_back
    return frame


def locals_of_stock(method: str) -> dict[str, Any]:
    """Return the variables of the innermost call of that method on this stack."""
    if (stock := stock_command()) is None:
        return {}
    frame = innermost_call((code_of(getattr(stock, method, None)),))
    return frame.f_locals if frame is not None else {}


def collecting_command(storage: object) -> Command | None:
    """Return the command whose stock ``collect()`` works on ``storage``."""
    command: Command | None = locals_of_stock("collect").get("self")
    # ``command.storage`` is a lazy object that compares as what it wraps.
    return command if getattr(command, "storage", None) == storage else None


def is_called_by_manage_py(command: Command) -> bool:
    """Return whether the process was started for this command and ends with it."""
    return bool(getattr(command, "_called_from_command_line", False))


def source_of_question() -> tuple[Storage, str] | None:
    """
    Return the source file that ``delete_file()`` asks the storage about.

    With ``--link`` it compares times: a link has its source's.
    """
    variables = locals_of_stock("delete_file")
    if not variables or variables["self"].symlink:
        return None
    return variables["source_storage"], variables["path"]


def source_of_save(content: object) -> tuple[Storage, str] | None:
    """Return the source file that ``copy_file()`` opened as ``content``."""
    variables = locals_of_stock("copy_file")
    if variables.get("source_file") is not content:
        return None
    return variables["source_storage"], variables["path"]


def django_is_deleting() -> bool:
    """Return whether Django's own code, which saves it anew, deletes a file."""
    methods: list[Any] = [
        HashedFilesMixin._post_process,  # type: ignore[attr-defined]
        ManifestFilesMixin.save_manifest,
    ]
    if (stock := stock_command()) is not None:
        methods += [getattr(stock, name, None) for name in ("delete_file", "clear_dir")]
    return innermost_call([code_of(method) for method in methods]) is not None


DJANGO_S_OWN = (FileSystemFinder.list, AppDirectoriesFinder.list)


def all_finders_are_django_s() -> bool:
    """Return whether ``probable_sources()`` asks all finders."""
    return all(type(finder).list in DJANGO_S_OWN for finder in get_finders())


def name_of(source_storage: Storage, path: str) -> str:
    """Return under which name the command collects a source file."""
    return posixpath.join(getattr(source_storage, "prefix", None) or "", path)


def probable_sources(ignore_patterns: Sequence[str]) -> Iterator[tuple[Storage, str]]:
    """
    Yield the source files that the command is probably going to find.

    Only of Django's own finders: to list those of a project once more may have effects.
    """
    for finder in get_finders():
        if type(finder).list in DJANGO_S_OWN:
            for path, source_storage in finder.list(list(ignore_patterns)):
                yield source_storage, path


def add_deleted_files(storage: object, names: Sequence[str]) -> None:
    """Let the command's summary count what was deleted (Django 6.0 and later do)."""
    command = collecting_command(storage)
    if command is not None and hasattr(command, "deleted_files"):
        command.deleted_files.extend(names)
