"""The tests of a project, which its own runner runs."""

from __future__ import annotations

from django.templatetags.static import static
from django.test import SimpleTestCase, override_settings

# What Django's documentation advises tests to use.
LOCAL = {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}


class PageTests(SimpleTestCase):
    def test_page_without_static_files(self) -> None:
        assert self.client.get("/missing").status_code == 404

    @override_settings(STORAGES=LOCAL)
    def test_static_file(self) -> None:
        assert static("app.js") == "/static/app.js"
