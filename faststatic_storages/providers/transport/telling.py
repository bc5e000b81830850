"""What whoever deploys is told of the transport, each with the remedy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.providers.redaction import redacted
from faststatic_storages.providers.transport.words import NotExpressible

Parameters = Callable[[], Mapping[str, Any]]
"""Returns the parameters of a sample put."""

COST = "which takes about five times the CPU"
SILENCE = 'set OPTIONS["transport"] to "sdk" to keep it so without this line'


def reason(error: Exception) -> str:
    """Return why obstore does not put the objects, as a user writes it."""
    if isinstance(error, ImportError):
        return "obstore is not installed"
    if isinstance(error, NotExpressible):
        return str(error)
    # obstore's own errors have more lines, for who looks for a fault in it.
    cause = str(error).partition("\n")[0]
    return f"the configuration ({type(error).__name__}: {redacted(cause)})"


def slower(sdk: str, error: Exception, extra: str) -> str:
    """Return what to say where the SDK takes obstore's place by itself."""
    if isinstance(error, ImportError):
        return (
            f"Uploading with {sdk}, {COST}: obstore is not installed. pip install "
            f'"faststatic-storages[{extra}]", or {SILENCE}.'
        )
    return (
        f"Uploading with {sdk}, {COST}: obstore cannot express {reason(error)}. Leave "
        f"that out, or {SILENCE}."
    )


def own_save(sdk: str, reason: str, *, is_safe: bool) -> str:
    """Return what to say where a project's ``_save()`` takes obstore's place."""
    if is_safe:
        return (
            f"Uploading with {sdk}, {COST}: obstore cannot express {reason}. Say what "
            f"it does in get_object_parameters(), or {SILENCE}."
        )
    return (
        f"Uploading with {sdk}, one file at a time: obstore cannot express {reason}. "
        "Say what it does in get_object_parameters(), or set thread_safe = True on the "
        f"class if threads may call it at the same time, or {SILENCE}."
    )


def forced(error: Exception, extra: str) -> Misconfigured:
    """Return what to raise where obstore was asked for by name and cannot be had."""
    if isinstance(error, ImportError):
        cause = f"is not installed ({error})"
        remedy = (
            f'pip install "faststatic-storages[{extra}]", or set OPTIONS["transport"] '
            'to "auto".'
        )
    elif isinstance(error, NotExpressible):
        cause = f"cannot express {error}"
        remedy = (
            'Set OPTIONS["transport"] to "auto": the SDK is used where it has to be.'
        )
    else:
        cause = f"does not take {reason(error)}"
        remedy = 'Correct it, or set OPTIONS["transport"] to "auto".'
    return Misconfigured(Problem.TRANSPORT, f'The transport "obstore" {cause}.', remedy)


def refused(sdk: str, refusal: str, remedy: str) -> str:
    """Return what to say where the service takes what the SDK sends, and no other."""
    return (
        f"Warning: the service refused what obstore sent ({refusal}) and took it from "
        f"{sdk}, {COST} and uploads the rest. {remedy or 'Cure that'}, or {SILENCE}."
    )
