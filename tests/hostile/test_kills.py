"""SIGKILL at random moments: the site stays whole, and the next run completes it."""

from __future__ import annotations

import random
import signal
import subprocess
from collections.abc import Callable
from itertools import count

import pytest
from werkzeug.wrappers import Response

from tests.hostile.figures import Figures
from tests.hostile.looking import holds_release, look
from tests.hostile.releases import release
from tests.servers.recorder import Switch
from tests.servers.s3 import Request, S3Server
from tests.servers.serving import ResetConnection
from tests.sites.bucket import Bucket
from tests.sites.site import Site

KILLS = 15


def killing(
    process: Callable[[], subprocess.Popen[str]], at: int, *, takes_effect: bool
) -> Switch:
    """Kill the process at a request, which takes effect or does not."""
    numbers = count(1)

    def switch(request: Request, answer: Callable[[], Response]) -> Response:
        if next(numbers) != at:
            return answer()
        process().kill()
        if not takes_effect:
            raise ResetConnection
        return answer()

    return switch


@pytest.mark.parametrize("flags", [(), ("--clear",)], ids=["run", "clear"])
def test_killed(
    site: Site,
    bucket: Bucket,
    server: S3Server,
    figures: Figures,
    flags: tuple[str, ...],
) -> None:
    chosen = random.Random(f"kills {flags}")
    site.write(release(0))
    site.collect()
    site.remove("only/0.txt")
    site.write(release(1))
    requests = len(site.collect(*flags).requests)
    killed = 0

    for number in range(2, 2 + KILLS):
        site.remove(f"only/{number - 1}.txt")
        site.write(release(number))
        at, takes_effect = chosen.randint(1, requests), chosen.random() < 0.5
        started: list[subprocess.Popen[str]] = []
        switch = killing(started.pop, at, takes_effect=takes_effect)
        with server.imitating(switch):
            started.append(process := site.start("collectstatic", "--noinput", *flags))
            process.communicate(timeout=60)
        killed += process.returncode == -signal.SIGKILL
        assert look(bucket, figures).is_whole

        with figures.timed():
            site.collect(*flags)

        assert look(bucket, figures).is_whole
        is_silent = not holds_release(bucket, release(number))
        figures.add(runs=2, silent=is_silent)
        assert not is_silent

    assert site.collect(*flags).requests.keys() == []
    # The last requests of a run are its own to have or not.
    assert killed > KILLS * 2 / 3
