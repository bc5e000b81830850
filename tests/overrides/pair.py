"""One project, collected with ours and with django-storages side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError

from tests.overrides.storages import composed
from tests.sites.bucket import Bucket
from tests.sites.site import Run, Site

WHERE = pytest.mark.parametrize("where", ["above", "below"])
KIND = pytest.mark.parametrize("kind", ["manifest", "plain"])

SOURCES = {
    "css/base.css": "b { background: url(../logo.png) }",
    "logo.png": "PNG",
    "app.js": "1",
}
CHANGED = {"logo.png": "NEW", "app.js": "2"}


@dataclass(frozen=True, slots=True)
class Pair:
    """Ours collects into ``bucket``, django-storages into ``stock``."""

    site: Site
    bucket: Bucket
    stock: Bucket

    def collect(
        self,
        *arguments: str,
        override: Any,
        where: str,
        kind: str = "manifest",
        **options: Any,
    ) -> tuple[Run, Run]:
        """Collect with both; return what ours said and sent, then what stock did."""
        stock = self.collect_stock(*arguments, override=override, kind=kind, **options)
        backend = composed(override, where, kind)
        return self.site.collect(*arguments, backend=backend, **options), stock

    def collect_stock(
        self, *arguments: str, override: Any, kind: str = "manifest", **options: Any
    ) -> Run:
        # Stock believes a file to be unchanged if it is not younger than the object.
        self.site.date(seconds_from_now=60)
        backend = composed(override, "stock", kind)
        options["bucket_name"] = self.stock.name
        return self.site.collect(*arguments, backend=backend, **options)


def refusal_of(attempt: Callable[[], object]) -> str:
    """Return what a refused attempt is told, and nothing if it is not refused."""
    try:
        attempt()
    except (CommandError, ImproperlyConfigured) as error:
        return str(error)
    return ""
