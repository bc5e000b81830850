"""The options that all of our storages share, checked before a run relies on them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from faststatic_storages.providers.misconfigured import Misconfigured, Problem

TRANSPORTS = ("auto", "obstore", "sdk")
DEFAULTS: dict[str, Any] = {
    "max_workers": None,
    "transport": "auto",
    "max_staged_memory": 8 * 1024 * 1024,
    # None is the provider's default.
    "grace": None,
    "keep_releases": None,
    "exclusive": False,
    "clear_spares": (),
    "max_unknown_deletions": 256,
    "ledger": "auto",
    "headers": (),
    "probe": False,
    "hashed_cache_control": "public, max-age=31536000, immutable",
    "report_file": None,
}
LEDGERS = ("auto", True, "resend", False)


def check_options(storage: Any) -> None:
    """Raise ``ImproperlyConfigured``, with the value to write, for a wrong one."""
    check_number("max_workers", storage.max_workers, minimum=1, or_none=True)
    check_number("max_staged_memory", storage.max_staged_memory, minimum=0)
    check_number("grace", storage.grace, minimum=0, or_none=True)
    check_number("keep_releases", storage.keep_releases, minimum=0, or_none=True)
    check_number("max_unknown_deletions", storage.max_unknown_deletions, minimum=0)
    check_choice("ledger", storage.ledger, LEDGERS)
    check_choice("transport", storage.transport, TRANSPORTS)
    check_flag("exclusive", storage.exclusive)
    check_flag("probe", storage.probe)
    if isinstance(storage.clear_spares, str):
        raise wrong(
            "clear_spares",
            storage.clear_spares,
            f"a list of patterns, such as [{storage.clear_spares!r}].",
        )
    if storage.report_file is not None:
        check_path("report_file", storage.report_file)
    cache_control = storage.hashed_cache_control
    if cache_control is not None and not (
        isinstance(cache_control, str) and cache_control
    ):
        raise wrong(
            "hashed_cache_control",
            cache_control,
            f"a Cache-Control, such as {DEFAULTS['hashed_cache_control']!r}, or to "
            "None for none.",
        )


def wrong(name: str, value: object, right: str) -> Misconfigured:
    """Return what to raise for an option; ``right`` is what to set it to."""
    return Misconfigured(
        Problem.WRONG_OPTION, f"{name} is {value!r}.", f"Set it to {right}"
    )


def check_number(
    name: str, value: object, *, minimum: int, or_none: bool = False
) -> None:
    if value is None and or_none:
        return
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not is_number or value < minimum:  # type: ignore[operator]
        right = f"a whole number, {minimum} or more"
        raise wrong(name, value, right + (", or leave it out." if or_none else "."))


def check_choice(name: str, value: object, choices: Sequence[object]) -> None:
    if value not in choices:
        raise wrong(name, value, f"one of {', '.join(map(repr, choices))}.")


def check_path(name: str, value: object) -> None:
    if not isinstance(value, (str, os.PathLike)):
        raise wrong(name, value, "the path of a file, or leave it out.")


def check_flag(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise wrong(name, value, "True or False.")


def nearest(name: object, known: Iterable[str]) -> str:
    """Return the known name that is most like ``name``, or all that there are."""
    known = sorted(known)
    close = get_close_matches(str(name), known, n=1)
    return repr(close[0]) if close else f"one of {', '.join(map(repr, known))}"
