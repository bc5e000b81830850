"""From errors of a run to the ``CommandError`` that a person reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

from faststatic_storages.providers.base import ProviderError
from faststatic_storages.run.state import State
from faststatic_storages.sync.send import SyncError

if TYPE_CHECKING:
    from faststatic_storages.run.run import Run

AGAIN = (
    "Run collectstatic again once the cause is cured: it sends only what is missing."
)
AFTER_A_FAILED_UPLOAD = (
    f"The manifest was not replaced and no object was deleted. {AGAIN}"
)
AFTER_A_FAILED_PUBLICATION = (
    "Everything else is in place, and no object was deleted; whether the manifest was "
    f"replaced is not known. {AGAIN}"
)


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
    except (ProviderError, RunError, ImproperlyConfigured) as error:
        raise CommandError(str(error)) from error


def describe(error: SyncError, run: Run) -> str:
    """Name each key that failed and its cause, then each remedy once, then the rest."""
    count = len(error.failures)
    lines = [
        f"{count} object{'' if count == 1 else 's'} could not be uploaded"
        + (f", {error.untried} more were not tried:" if error.untried else ":")
    ]
    remedies: dict[str, None] = {}
    for failure in error.failures:
        cause, remedy = run.provider.explain(failure.error, "upload")
        lines.append(f"  {failure.key}: {cause}.")
        remedies[remedy] = None
    intact = (
        AFTER_A_FAILED_UPLOAD
        if run.state is State.PLANNED
        else AFTER_A_FAILED_PUBLICATION
    )
    return "\n".join([*lines, *remedies, intact])
