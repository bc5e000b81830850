"""Options of a wrong type: from the environment they come as text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.management.base import CommandError

from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, Site

BOTH = pytest.mark.parametrize("backend", [MANIFEST, PLAIN], ids=["manifest", "plain"])

NOT_NUMBERS: list[Any] = ["8", "", 2.5, 8.0, True, False, 0, -1, [8], {"n": 8}, b"8"]
NOT_SIZES: list[Any] = ["1000", "8MB", 1.5, None, True, -1, []]
NOT_TRANSPORTS: list[Any] = ["boto3", "SDK", "", None, True, 1, ["sdk"], {"sdk": 1}]
WRONG: list[tuple[str, Any, str]] = [
    *(
        ("max_workers", value, "a whole number, 1 or more, or leave it out")
        for value in NOT_NUMBERS
    ),
    *(("max_staged_memory", value, "a whole number, 0 or more") for value in NOT_SIZES),
    *(("transport", value, "'auto', 'obstore', 'sdk'") for value in NOT_TRANSPORTS),
]


@BOTH
@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    WRONG,
    ids=[f"{name}={value!r}" for name, value, _ in WRONG],
)
def test_wrong_option_is_one_line_that_says_what_to_write(
    site: Site,
    bucket: Bucket,
    backend: str,
    name: str,
    value: Any,
    remedy: str,
) -> None:
    site.write({"app.js": "1"})

    with pytest.raises(CommandError) as failure:
        site.collect(backend=backend, **{name: value})

    message = str(failure.value)
    assert re.match(rf"{name} is {re.escape(repr(value))}\. Set it to ", message)
    assert remedy in message
    assert "\n" not in message
    assert bucket.keys() == []


@pytest.mark.parametrize(
    "options",
    [
        {"max_workers": None},
        {"max_workers": 1},
        {"max_staged_memory": 0},
        {"transport": "sdk"},
        {"transport": "obstore"},
    ],
    ids=str,
)
def test_right_option_is_taken(site: Site, options: dict[str, Any]) -> None:
    site.write({"app.js": "1"})

    assert "1 static file copied" in site.collect(**options).summary


@BOTH
def test_wrong_option_does_not_stop_a_web_process(site: Site, backend: str) -> None:
    """It matters in a run alone, and pages are served meanwhile."""
    site.write({"app.js": "1"})
    site.collect(backend=backend)

    storage = site.storage(backend, max_workers="8", transport="boto3")

    assert storage.url("app.js").endswith(".js")
    assert storage.exists("app.js")


def test_wrong_option_of_a_block(site: Site, server: S3Server) -> None:
    storage = site.storage(PLAIN, max_workers="8")
    seen = len(server.requests)

    with pytest.raises(CommandError, match=r"^max_workers is '8'\."):
        storage.staged().__enter__()

    assert server.requests[seen:] == []
