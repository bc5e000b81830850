"""CSS and JavaScript of any kind come to what Django's come to, in its time."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hashing.test_incremental import (
    DjangoSWithModules,
    Ours,
    OursWithModules,
    compare,
    processed,
    written,
)
from tests.hostile.figures import Figures

TOKENS = [
    *("url(", ")", '"', "'", "@import", " ", "\n", "\r\n", "\t", ";", "\\", "/*", "*/"),
    *("a.css", "g.js", "b.png", "../", "/", "//", "#", "?", "data:", "http://x/"),
    *("import", "export", "from", "(", "{", "}", "*", "as", "`", "${", "=", "URL("),
    *("sourceMappingURL=", "//# ", "/*# ", "\u2028", "\u00e9", "\x00", "\udce9"),
]
TEXTS = st.lists(st.sampled_from(TOKENS), max_size=40).map("".join)
EXAMPLES = 50


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(TEXTS, TEXTS)
def test_any_text_comes_to_what_django_s_does(css: str, javascript: str) -> None:
    site = {"a.css": css, "g.js": javascript, "b.png": ""}

    compare(site, ManifestStaticFilesStorage, Ours)
    compare(site, DjangoSWithModules, OursWithModules)


HEAVY = {
    "comments": ("a.css", "/*" * 50_000),
    "urls that never end": ("a.css", "url(" * 1_500),
    "quotes": ("a.css", "url('" * 1_500),
    "imports": ("a.css", '@import "' * 10_000),
    "urls": ("a.css", "url(b.png) " * 2_000),
    "spaces": ("a.css", "@import" + " " * 100_000),
    "one line": ("a.css", "x" * 500_000 + "url(b.png)"),
    "maps": ("a.css", "/*# sourceMappingURL=" * 5_000),
    "lines": ("g.js", "\n" * 200_000),
    "slashes": ("g.js", "//# sourceMappingURL" * 5_000),
    "modules": ("g.js", "import {" * 500),
    "templates": ("g.js", "`${" * 10_000),
    "strings": ("g.js", "'\\" * 20_000),
}


def seconds_of(storage_class: Any, site: dict[str, str]) -> float:
    with written(site) as directory, override_settings(STATIC_URL="/static/"):
        storage = storage_class(directory / "root", "/static/")
        begin = time.process_time()
        processed(storage, directory / "sources", list(site))
        return time.process_time() - begin


@pytest.mark.parametrize("text", HEAVY)
def test_heavy_text(text: str, figures: Figures) -> None:
    name, content = HEAVY[text]
    site = {name: content, "b.png": ""}

    with figures.timed():
        ours = seconds_of(OursWithModules, site)
    figures.add()

    assert ours < 2 * seconds_of(DjangoSWithModules, site) + 0.5
