"""django-compressor, which saves what a page needs when it is first rendered."""

from __future__ import annotations

import re
from pathlib import Path

from tests.sites.bucket import Bucket
from tests.sites.site import Site

# Its settings are read once in a process.
DEPLOY = """
import sys

import settings

settings.INSTALLED_APPS.append("compressor")
settings.COMPRESS_ROOT = sys.argv[1]
settings.COMPRESS_STORAGE_ALIAS = "staticfiles"
settings.COMPRESS_URL = "https://static.example.com/"
settings.STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "compressor.finders.CompressorFinder",
]
settings.TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
]

import django
from django.core.management import call_command
from django.template import engines

django.setup()
page = '''
{% load compress %}{% compress css %}
<link rel="stylesheet" href="https://static.example.com/css/a.css">
<link rel="stylesheet" href="https://static.example.com/css/b.css">
{% endcompress %}
'''
call_command("collectstatic", "--noinput")
print(engines["django"].from_string(page).render())
call_command("collectstatic", "--noinput", "--clear")
"""


def test_what_it_saved_is_served_and_spared(
    site: Site, bucket: Bucket, tmp_path: Path
) -> None:
    """Though the manifest cannot name it: no run has found it."""
    site.write({"css/a.css": "a { color: red }", "css/b.css": "b { color: red }"})
    bucket.put("left-over.css")
    root = tmp_path / "root"

    output = site.output_of(DEPLOY, str(root), clear_spares=["CACHE/*"])

    [url] = re.findall(r'href="https://static\.example\.com/(.*?)"', "".join(output))
    assert url.startswith("CACHE/css/output.")
    assert bucket.get(url).body == b"a{color:red}b{color:red}"
    assert "left-over.css" not in bucket.objects()
