"""What was found, as a message of Django's system checks."""

from __future__ import annotations

from typing import TypeAlias

from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured

from faststatic_storages.providers.base import ProviderError
from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.providers.redaction import redacted
from faststatic_storages.run.warned import just_told

Finding: TypeAlias = Misconfigured | Exception | str
"""A text is a warning of somebody's own provider."""

PAGE = "docs/checks.rst"


def message(finding: Finding, *, of: str) -> CheckMessage:
    """Return it with its id, and a hint that says what to write and where is more."""
    found = classified(finding)
    anchor = found.problem.id.lower().replace(".", "-").replace("_", "-")
    hint = f"{found.remedy} See {PAGE}#{anchor}.".lstrip()
    kind = Error if is_error(finding) else Warning
    # A run that follows in this process is spared what is about to be read.
    just_told.add(str(finding))
    return kind(redacted(found.cause), hint=redacted(hint), obj=of, id=found.problem.id)


def is_error(finding: Finding) -> bool:
    """Return whether a run is refused for it."""
    return classified(finding).problem.startswith("E")


def classified(finding: Finding) -> Misconfigured:
    if isinstance(finding, Misconfigured):
        return finding
    if isinstance(finding, str):
        return Misconfigured(Problem.OTHER, finding, "")
    if isinstance(finding, ProviderError):
        return Misconfigured(Problem.NO_CLIENT, str(finding), "")
    if isinstance(finding, ImproperlyConfigured):
        return Misconfigured(Problem.REFUSED, str(finding), "")
    return Misconfigured(Problem.REFUSED, f"{type(finding).__name__}: {finding}", "")
