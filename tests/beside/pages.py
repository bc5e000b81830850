"""A page with a static file, as a project serves it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import path


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(static("app.js"))


urlpatterns = [path("", page)]
SETTINGS: dict[str, Any] = {"ALLOWED_HOSTS": ["testserver"], "ROOT_URLCONF": __name__}
