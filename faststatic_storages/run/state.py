"""Where a run is, and which of its methods leads from one state to the next."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class State(Enum):
    """
    The life of a run: it moves to the right, or from anywhere to ``CLOSED``.

    ``OPEN``, ``HASHED``, ``PLANNED``, ``UPLOADED``, ``PUBLISHED``, ``CLEARED``,
    ``CLOSED``.
    """

    OPEN = "open"
    HASHED = "hashed"
    PLANNED = "planned"
    UPLOADED = "uploaded"
    PUBLISHED = "published"
    CLEARED = "cleared"
    CLOSED = "closed"


class HasState(Protocol):
    state: State


S = TypeVar("S", bound=HasState)


class WrongState(RuntimeError):
    """A method of a run was called at the wrong time; the message names both."""


def leads(
    begin: State, end: State
) -> Callable[[Callable[Concatenate[S, P], T]], Callable[Concatenate[S, P], T]]:
    """Declare that a method is for the state ``begin``, and leads to ``end``."""

    def declare(method: Callable[Concatenate[S, P], T]) -> Callable[..., T]:
        checked = during(begin)(method)

        @wraps(method)
        def move(run: S, *args: P.args, **kwargs: P.kwargs) -> T:
            result = checked(run, *args, **kwargs)
            run.state = end
            return result

        return move

    return declare


def during(
    *states: State,
) -> Callable[[Callable[Concatenate[S, P], T]], Callable[Concatenate[S, P], T]]:
    """Declare that a method is for these states, and leads nowhere."""

    def declare(method: Callable[Concatenate[S, P], T]) -> Callable[..., T]:
        @wraps(method)
        def check(run: S, *args: P.args, **kwargs: P.kwargs) -> T:
            if run.state not in states:
                expected = " or ".join(state.value for state in states)
                raise WrongState(
                    f"{method.__name__}() is for a run that is {expected}; this one is "
                    f"{run.state.value}."
                )
            return method(run, *args, **kwargs)

        return check

    return declare
