"""From errors of a run to the ``CommandError`` that a person reads."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

from faststatic_storages.providers.base import ProviderError
from faststatic_storages.report import counted
from faststatic_storages.run import collectstatic
from faststatic_storages.run.state import State
from faststatic_storages.sync.reading import SourceError
from faststatic_storages.sync.send import SyncError

if TYPE_CHECKING:
    from faststatic_storages.run.run import Run

# Of one cause; thirty equal lines hide the others.
MAX_KEYS_SHOWN = 5
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
AGAIN = (
    "Run collectstatic again once the cause is cured: it sends only what is missing."
)
AFTER_A_CHANGE = (
    "Run the command again when nothing else writes to the source files any more, such "
    "as a build."
)
OF_A_DRY_RUN = "Nothing was sent: a dry run changes nothing."
BEFORE_PUBLICATION = "The manifest was not replaced and no object was deleted."
INTACT = {
    State.OPEN: BEFORE_PUBLICATION,
    State.HASHED: BEFORE_PUBLICATION,
    State.PLANNED: BEFORE_PUBLICATION,
    State.UPLOADED: (
        "Everything else is in place, and no object was deleted; whether the manifest "
        "was replaced is not known."
    ),
    State.PUBLISHED: (
        "The new manifest and all that it names are in place; what was to be deleted "
        "may still be there."
    ),
    State.CLEARED: "Everything is in place.",
}


class RunError(Exception):
    """A run cannot go on. The message tells the cause and ends with the remedy."""


@contextmanager
def reported_to_the_command(run: Run | None = None) -> Iterator[None]:
    """Turn the errors of a run into ``CommandError``: manage.py prints it plainly."""
    # Only a run needs it, and a web process has no other use for its imports.
    from django.core.management.base import CommandError

    try:
        yield
    except SyncError as error:
        assert run is not None
        raise CommandError(describe(error, run)) from error
    except SourceError as error:
        assert run is not None
        told = [f"{error}.", AFTER_A_CHANGE, f"{what_is_intact(run)} {AGAIN}"]
        raise CommandError("\n".join(told)) from error
    except (ProviderError, RunError, ImproperlyConfigured) as error:
        told = [str(error)]
        if run is not None and run.state is State.PUBLISHED:
            told.append(f"{what_is_intact(run)} {AGAIN}")
        raise CommandError("\n".join(told)) from error
    except OSError as error:
        if run is None or error.errno not in NO_ROOM:
            raise
        # Large files are compressed into temporary ones.
        raise CommandError(
            f"There is no room for temporary files: {error.strerror}. Make room, or "
            "set TMPDIR to a directory that has more. "
            f"{what_is_intact(run)} {AGAIN}"
        ) from error


@contextmanager
def plain_to_the_command() -> Iterator[None]:
    """
    Turn ``ImproperlyConfigured`` into ``CommandError`` if ``collectstatic`` is at work.

    It imports the storage's module when it first needs it, and what is wrong with that
    would be a page of traceback.
    """
    if collectstatic.locals_of_stock("handle"):
        with reported_to_the_command():
            yield
    else:
        yield


def describe(error: SyncError, run: Run) -> str:
    """Name the keys of each cause, then each remedy once, then what is in place."""
    were = "was" if error.untried == 1 else "were"
    lines = [
        f"{counted(len(error.failures), 'object')} could not be uploaded"
        + (f", {error.untried} more {were} not tried:" if error.untried else ":")
    ]
    remedies: dict[str, None] = {}
    causes: dict[str, tuple[str, list[str]]] = {}
    for failure in error.failures:
        if isinstance(failure.error, SourceError):
            cause, remedy = str(failure.error), AFTER_A_CHANGE
        else:
            cause, remedy = run.provider.explain(failure.error, "upload")
        # A line break or an escape in a name is the terminal's, if it is not escaped.
        key = failure.key if failure.key.isprintable() else ascii(failure.key)
        # Some services name the key in their answer.
        same = causes.setdefault(cause.replace(failure.key, "…"), (cause, []))
        same[1].append(key)
        remedies[remedy] = None
    for cause, keys in causes.values():
        more = len(keys) - MAX_KEYS_SHOWN
        shown = ", ".join(keys[:MAX_KEYS_SHOWN])
        lines.append(f"  {shown}{f' and {more} more' if more > 0 else ''}: {cause}.")
    return "\n".join([*lines, *remedies, f"{what_is_intact(run)} {AGAIN}"])


def what_is_intact(run: Run) -> str:
    """Say what is known of the bucket when a run ends early."""
    if run.options.dry_run:
        return OF_A_DRY_RUN
    before_deletions = run.state not in (State.PUBLISHED, State.CLEARED)
    if before_deletions and not hasattr(run.provider.storage, "manifest_name"):
        return "No object was deleted."
    return INTACT[run.state]
