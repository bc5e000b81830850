"""Files of deploy scripts: pages find them, and later deploys let them be."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.templatetags.static import static
from django.test import override_settings

from tests.run.blocks import current
from tests.sites.bucket import Bucket
from tests.sites.site import Site

SPARED = ["build info/*.json"]


def test_file_saved_in_a_block_is_found_and_kept(site: Site, bucket: Bucket) -> None:
    site.write({"app.js": "1", "build info/found.json": "{}"})

    with override_settings(**site.settings(clear_spares=SPARED)):
        with current.staged():
            current.save("build info/5f2a.json", ContentFile(b"{}"))
            current.save("left-over.json", ContentFile(b"{}"))
        call_command("collectstatic", "--noinput", "--clear", verbosity=0)

        url = "https://static.example.com/build info/"
        assert static("build info/5f2a.json") == f"{url}5f2a.json"
        assert static("build%20info/5f2a.json?x#y") == f"{url}5f2a.json?x#y"
        assert static("build info/found.json") == f"{url}found.99914b932bd3.json"
        with pytest.raises(ValueError, match="Missing staticfiles manifest entry"):
            static("left-over.json")

    assert bucket.get("build info/5f2a.json").body == b"{}"
    assert "left-over.json" not in bucket.objects()
