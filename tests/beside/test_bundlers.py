"""What Vite has built: django-vite's tags name what is served."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from django.template import engines
from django.test import override_settings

from tests.sites.bucket import Bucket
from tests.sites.site import Site

BUILT = {
    "assets/main-B3xk29aZ.js": 'import"./chunk-Dq81hTfa.js";',
    "assets/chunk-Dq81hTfa.js": "export{};",
    "assets/main-Aa81hTfa.css": "b { background: url(./logo-C481hTfa.png) }",
    "assets/logo-C481hTfa.png": "PNG",
}
MANIFEST = {
    "src/main.js": {
        "file": "assets/main-B3xk29aZ.js",
        "src": "src/main.js",
        "isEntry": True,
        "imports": ["_chunk-Dq81hTfa.js"],
        "css": ["assets/main-Aa81hTfa.css"],
    },
    "_chunk-Dq81hTfa.js": {"file": "assets/chunk-Dq81hTfa.js"},
}
TAGS = "django_vite.templatetags.django_vite"
PAGE = "{% load django_vite %}{% vite_asset 'src/main.js' %}"


def test_tags_of_django_vite_name_what_is_stored(
    site: Site, bucket: Bucket, tmp_path: Path
) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(MANIFEST))
    site.write(BUILT)
    options: dict[str, Any] = {"prehashed": ["assets/*"]}
    settings = {
        **site.settings(**options),
        "DJANGO_VITE": {"default": {"manifest_path": manifest}},
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"libraries": {"django_vite": TAGS}},
            },
        ],
    }

    site.collect(**options)
    with override_settings(**settings):
        page = engines["django"].from_string(PAGE).render()

    assert {*bucket.keys()} == {*BUILT, "staticfiles.json"}
    urls = re.findall(r'(?:src|href)="https://static\.example\.com/(.*?)"', page)
    assert sorted(urls) == sorted(name for name in BUILT if "logo" not in name)
