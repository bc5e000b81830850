"""A fifth of all requests fail: a run ends well and all is there, or it says so."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from botocore.config import Config
from django.core.management.base import CommandError
from werkzeug.wrappers import Response

from tests.hostile.figures import Figures
from tests.hostile.looking import holds_release, look
from tests.hostile.releases import release
from tests.servers.recorder import Switch
from tests.servers.s3 import Request, S3Server
from tests.servers.serving import ResetConnection
from tests.servers.switches import refusing
from tests.sites.bucket import Bucket
from tests.sites.site import Site

SHARE = 0.2
DEPLOYS = 3
READ_TIMEOUT_IN_SECONDS = 0.15
THREE_ATTEMPTS = Config(
    retries={"mode": "standard", "total_max_attempts": 3},
    read_timeout=READ_TIMEOUT_IN_SECONDS,
)

Answer = Callable[[], Response]


def refused(status: int, code: str) -> Switch:
    return refusing(lambda request: True, status, code)


def reset(request: Request, answer: Answer) -> Response:
    raise ResetConnection


def late(request: Request, answer: Answer) -> Response:
    time.sleep(2 * READ_TIMEOUT_IN_SECONDS)
    return answer()


def cut_off(request: Request, answer: Answer) -> Response:
    """Announce more than is sent."""
    response = answer()
    body = response.get_data()
    response.set_data(body[: len(body) // 2])
    response.headers["Content-Length"] = str(len(body) + 1)
    response.headers["Connection"] = "close"
    return response


def lost(request: Request, answer: Answer) -> Response:
    """Do as asked, and let nobody know."""
    answer()
    raise ResetConnection


def without_etag(request: Request, answer: Answer) -> Response:
    response = answer()
    del response.headers["ETag"]
    return response


FAULTS: dict[str, Switch] = {
    "500": refused(500, "InternalError"),
    "503": refused(503, "SlowDown"),
    "429": refused(429, "TooManyRequests"),
    "reset": reset,
    "timeout": late,
    "truncated": cut_off,
    "reply lost": lost,
    "no ETag": without_etag,
}


def now_and_then(fault: Switch, chosen: random.Random) -> Switch:
    def switch(request: Request, answer: Answer) -> Response:
        return fault(request, answer) if chosen.random() < SHARE else answer()

    return switch


def deploy_with_faults(
    site: Site, bucket: Bucket, server: S3Server, figures: Figures, fault: Switch
) -> None:
    """Deploy releases; what fails is completed when the faults are over."""
    chosen = random.Random(1)
    site.write(release(0))
    site.collect()
    for number in range(1, DEPLOYS + 1):
        site.remove(f"only/{number - 1}.txt")
        site.write(release(number))
        flags = ["--clear"] * (number % 2)
        fails, faults = True, server.imitating(now_and_then(fault, chosen))
        # Whether it fails depends on the order in which requests come.
        with figures.timed(), faults, suppress(CommandError):
            site.collect(*flags, client_config=THREE_ATTEMPTS)
            fails = False
        assert look(bucket, figures).is_whole
        is_silent = not fails and not holds_release(bucket, release(number))
        figures.add(silent=is_silent)
        assert not is_silent

        site.collect(*flags)

        figures.add()
        assert look(bucket, figures).is_whole
        assert holds_release(bucket, release(number))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fifth_fails(
    site: Site, bucket: Bucket, server: S3Server, figures: Figures, fault: str
) -> None:
    deploy_with_faults(site, bucket, server, figures, FAULTS[fault])
