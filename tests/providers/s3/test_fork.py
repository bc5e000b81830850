"""A process that forks after a run, as a server does that loads the site first."""

from __future__ import annotations

import os

import pytest
from django.core.management.base import CommandError

from faststatic_storages.providers.transport import runtime
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site

CHILD = """
import logging, os, sys, warnings
import django
django.setup()
from django.core.files.base import ContentFile
from django.core.files.storage import storages

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
warnings.simplefilter("ignore", DeprecationWarning)
with storages["staticfiles"].staged():
    storages["staticfiles"].save("parent.txt", ContentFile(b"1"))
del storages._storages["staticfiles"]
if os.fork() == 0:
    status = 1
    try:
        with storages["staticfiles"].staged():
            storages["staticfiles"].save("child.txt", ContentFile(b"2"))
        status = 0
    finally:
        sys.stdout.flush()
        os._exit(status)
print(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def test_child_of_a_process_that_used_obstore_uses_the_sdk(
    site: Site, bucket: Bucket
) -> None:
    lines = site.output_of(CHILD, backend=PLAIN)

    assert lines[-1] == "0"
    assert bucket.keys() == ["child.txt", "parent.txt"]
    assert any("forked after obstore had been used" in line for line in lines)


def test_obstore_cannot_be_forced_in_a_child(
    site: Site, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write({"app.js": "1"})
    monkeypatch.setattr(runtime, "_started_in", os.getppid())

    with pytest.raises(CommandError, match=r'forked after obstore .* to "auto"'):
        site.collect(transport="obstore")

    assert bucket.keys() == []
