"""Has a project come in between, in front of our mixins or behind them?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from faststatic_storages.run.outermost import IS_OUTERMOST

KNOWN = {"django", "faststatic_storages", "storages"}


def is_overridden(cls: type, name: str) -> bool:
    """Return whether a class of a project's own defines the method ``name``."""
    return any(name in vars(base) and is_foreign(base) for base in cls.__mro__)


def is_as_known(storage: object, name: str) -> bool:
    """
    Return whether each method ``name`` is Django's, django-storages' or ours.

    One that was put into their classes, or into the storage itself, is not. What ours
    stand around is of the module of what they stand around.
    """
    return name not in vars(storage) and all(
        (not is_foreign(base) or hasattr(method, IS_OUTERMOST))
        and not is_foreign_module(getattr(method, "__module__", ""))
        for base in type(storage).__mro__
        if (method := vars(base).get(name)) is not None
    )


def is_overridden_in_front(cls: type, name: str, mixin: type) -> bool:
    """Return whether such a class does so before ``mixin``, one of ours."""
    in_front = cls.__mro__[: cls.__mro__.index(mixin)]
    return any(name in vars(base) and is_foreign(base) for base in in_front)


def is_overridden_behind(cls: type, name: str, mixin: type) -> bool:
    """
    Return whether such a class does so between ``mixin`` and django-storages' own.

    A storage of somebody else's has its own way for everything, and its provider knows.
    """
    behind = cls.__mro__[cls.__mro__.index(mixin) + 1 :]
    vendors = [n for n, base in enumerate(behind) if is_vendor_s(base)]
    between = behind[: vendors[0]] if vendors else ()
    return any(name in vars(base) and is_foreign(base) for base in between)


def is_foreign(cls: type) -> bool:
    return is_foreign_module(cls.__module__)


def is_foreign_module(module: str) -> bool:
    return module.partition(".")[0] not in KNOWN


def is_vendor_s(cls: type) -> bool:
    return cls.__module__.startswith("storages.backends.")


def is_method_of(method: Callable[..., Any], function: Callable[..., Any]) -> bool:
    """Return whether a bound method is that function of a class."""
    return getattr(method, "__func__", None) is function
