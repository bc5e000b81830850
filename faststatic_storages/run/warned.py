"""Warnings of a run: what is silenced, or was told a moment ago, is not told again."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings

from faststatic_storages.providers.misconfigured import Misconfigured

just_told: set[str] = set()
"""What a system check has told in this process, which a run would tell next."""


def warn(warnings: Iterable[Misconfigured | str], write: Callable[[str], None]) -> None:
    """
    Write each warning as one line, with the name by which it can be silenced.

    That is ``SILENCED_SYSTEM_CHECKS``, as for the checks themselves.
    """
    for warning in warnings:
        text = str(warning)
        if text in just_told:
            just_told.discard(text)
        elif not isinstance(warning, Misconfigured):
            write(f"Warning: {text}")
        elif warning.problem.id not in settings.SILENCED_SYSTEM_CHECKS:
            write(f"Warning: {text} ({warning.problem.id})")
