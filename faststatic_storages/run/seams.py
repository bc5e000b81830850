"""Has a project come in between, in front of our mixins or behind them?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

KNOWN = {"django", "faststatic_storages", "storages"}


def is_overridden(cls: type, name: str, *, behind: type | None = None) -> bool:
    """
    Return whether a class of a project's own defines the method ``name``.

    With ``behind``, only those count that come after this class.
    """
    order = cls.__mro__
    if behind is not None:
        order = order[order.index(behind) + 1 :]
    return any(
        name in vars(base) and base.__module__.partition(".")[0] not in KNOWN
        for base in order
    )


def is_method_of(method: Callable[..., Any], function: Callable[..., Any]) -> bool:
    """Return whether a bound method is that function of a class."""
    return getattr(method, "__func__", None) is function
