"""From errors of a run to the ``CommandError`` that a person reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured

from faststatic_storages.providers.base import Provider, ProviderError
from faststatic_storages.sync.send import SyncError

AFTER_A_FAILED_SYNC = (
    "The manifest was not replaced and no object was deleted. Run collectstatic again "
    "once the cause is cured: it sends only what is missing."
)


@contextmanager
def reported_to_the_command(provider: Provider) -> Iterator[None]:
    """Turn the errors of a run into ``CommandError``: manage.py prints it plainly."""
    # Only a run needs it, and a web process has no other use for its imports.
    from django.core.management.base import CommandError

    try:
        yield
    except SyncError as error:
        raise CommandError(describe(error, provider)) from error
    except (ProviderError, ImproperlyConfigured) as error:
        raise CommandError(str(error)) from error


def describe(error: SyncError, provider: Provider) -> str:
    """Name each key that failed and its cause, then each remedy once."""
    count = len(error.failures)
    lines = [
        f"{count} object{'' if count == 1 else 's'} could not be uploaded"
        + (f", {error.untried} more were not tried:" if error.untried else ":")
    ]
    remedies: dict[str, None] = {}
    for failure in error.failures:
        cause, remedy = provider.explain(failure.error, "upload")
        lines.append(f"  {failure.key}: {cause}.")
        remedies[remedy] = None
    return "\n".join([*lines, *remedies, AFTER_A_FAILED_SYNC])
