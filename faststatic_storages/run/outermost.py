"""Methods that stand around those of a project, whatever these call or leave out."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.storage import Storage

Method = Callable[..., Any]
IS_OUTERMOST = "is_outermost"


def wrap_outermost(cls: type, name: str, wrap: Callable[[Method], Method]) -> None:
    """
    Let ``wrap`` stand around the method that ``cls`` has under ``name``, if any.

    A method of the project's, in the class itself or in a mixin in front of ours,
    decides what it calls and what not. In a mixin it is not known yet which that is.
    """
    if not issubclass(cls, Storage):
        return
    method = inspect.getattr_static(cls, name, None)
    if method is not None and not hasattr(method, IS_OUTERMOST):
        outermost = wraps(method)(wrap(method))
        setattr(outermost, IS_OUTERMOST, True)
        setattr(cls, name, outermost)


def is_replaced(storage: object, name: str) -> bool:
    """Return whether somebody put another method in the place of the wrapped one."""
    method = inspect.getattr_static(storage, name)
    # A mock has every attribute that it is asked for.
    return getattr(method, IS_OUTERMOST, False) is not True
