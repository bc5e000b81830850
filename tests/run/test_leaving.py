"""A process that was started for the command ends without a look for garbage."""

from __future__ import annotations

import pytest

from tests.sites.bucket import Bucket
from tests.sites.site import Site

# What is registered first runs last.
BEGINNING = """
import atexit, gc
# Python 3.12 begins with some.
before = gc.get_freeze_count()
atexit.register(lambda: print("frozen", gc.get_freeze_count() > before))
"""
BY_MANAGE_PY = """
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "collectstatic", "--noinput", "-v0"])
"""
BY_ITSELF = """
import django
from django.core.management import call_command
django.setup()
call_command("collectstatic", "--noinput", "-v0")
"""


@pytest.mark.parametrize(
    ("code", "said"),
    [(BY_MANAGE_PY, "frozen True"), (BY_ITSELF, "frozen False")],
    ids=["manage.py", "call_command"],
)
def test_only_a_process_that_has_nothing_else_to_do_leaves_at_once(
    site: Site, bucket: Bucket, code: str, said: str
) -> None:
    site.write({"app.js": "1"})

    assert site.output_of(BEGINNING + code) == [said]
    assert len(bucket.keys()) == 3
