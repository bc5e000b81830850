"""A site of one page, which tells how it looks to whoever has opened it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import Queue
from typing import Any, Self

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import override_settings
from django.urls import path

from tests.browser.chromium import SECONDS, chromium
from tests.servers.serving import http_server, serving

HERE = Path(__file__).parent
SETTINGS: dict[str, Any] = {
    "ALLOWED_HOSTS": ["127.0.0.1"],
    "ROOT_URLCONF": __name__,
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [HERE / "templates"],
            "OPTIONS": {"libraries": {"integrity": __name__}},
        }
    ],
}

register = template.Library()


@register.simple_tag
def integrity(name: str) -> str:
    storage: Any = staticfiles_storage
    value: str = storage.integrity(name)
    return value


class Tab:
    """
    One page in one browser.

    The page sends a report of itself when it has loaded, and again when it has done
    what it was told.
    """

    def __init__(self) -> None:
        self.reports: Queue[dict[str, Any]] = Queue()
        self.orders: Queue[str] = Queue()
        self.console: list[str] = []

    def report(self) -> dict[str, Any]:
        return self.reports.get(timeout=SECONDS)

    def told(self, order: str) -> dict[str, Any]:
        """Return the page's report after it has followed the order."""
        self.orders.put(order)
        return self.report()


open_tabs: dict[str, Tab] = {}


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "page.html")


def report(request: HttpRequest) -> HttpResponse:
    tab = open_tabs[request.GET["tab"]]
    tab.reports.put(json.loads(request.body))
    return HttpResponse(tab.orders.get())


urlpatterns = [path("", page), path("report", report)]


class Website:
    """Serves its page by one worker, which reads the manifest when it starts."""

    def __init__(self, directory: Path, settings: dict[str, Any]) -> None:
        self._directory = directory
        self._settings = SETTINGS | settings
        self._http = http_server(WSGIHandler())
        self._worker = ExitStack()
        self._visitors = 0

    @contextmanager
    def running(self) -> Iterator[Self]:
        with serving(self._http), self._worker:
            yield self

    def start_worker(self) -> None:
        """Start one; the one before it ends."""
        self._worker.close()
        self._worker.enter_context(override_settings(**self._settings))
        staticfiles_storage.url("js/main.js")

    @contextmanager
    def visited(self) -> Iterator[Tab]:
        self._visitors += 1
        name, tab = str(self._visitors), Tab()
        open_tabs[name] = tab
        url = f"http://127.0.0.1:{self._http.port}/?tab={name}"
        with chromium(self._directory / name, url) as tab.console:
            try:
                yield tab
            finally:
                tab.orders.put("stay")

    def visit(self) -> dict[str, Any]:
        """Return what the page of a new visitor reports, and what its console has."""
        with self.visited() as tab:
            report = tab.report()
        return report | {"console": tab.console}
