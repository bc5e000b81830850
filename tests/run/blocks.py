"""The storage of the settings in force, and ``staged()`` blocks with a bad end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management.base import CommandError

# It is what it wraps, which types do not see.
current: Any = staticfiles_storage


@contextmanager
def block_that_raises(storage: Any) -> Iterator[None]:
    """Raise at the end of a block."""
    with suppress(ZeroDivisionError), storage.staged():
        yield
        raise ZeroDivisionError


@contextmanager
def block_that_fails(storage: Any, match: str) -> Iterator[None]:
    """Let the end of a block be refused."""
    with pytest.raises(CommandError, match=match), storage.staged():
        yield
