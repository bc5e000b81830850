"""Whether django-storages is one that we know."""

from __future__ import annotations

import re
from collections.abc import Iterator

import storages

from faststatic_storages.providers.misconfigured import Misconfigured, Problem

OLDEST = "1.14.5"


def version_findings() -> Iterator[Misconfigured]:
    installed = storages.__version__
    if numbers(installed) < numbers(OLDEST):
        yield Misconfigured(
            Problem.OLD_DJANGO_STORAGES,
            f"django-storages {installed} is installed, which is not supported.",
            f'Run pip install "django-storages>={OLDEST}".',
        )


def numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)[:3]]
