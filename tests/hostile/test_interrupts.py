"""Ctrl-C and SIGTERM: the run ends soon, says what is intact, and leaves nothing."""

from __future__ import annotations

import gc
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from tests.hostile.figures import Figures
from tests.hostile.looking import holds_release, look
from tests.hostile.releases import release
from tests.servers.s3 import Request, S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site

pytestmark = [
    pytest.mark.usefixtures("_attended", "_own_handlers"),
    # Of a file that was just being opened when the signal came.
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
]

BEFORE = "The manifest was not replaced and no object was deleted."
UNKNOWN = "whether the manifest was replaced is not known."
AFTER = "The new manifest and all that it names are in place;"
MOMENTS = {
    "while it collects": ("ListObjectsV2", {}, BEFORE),
    "at an upload": ("PutObject", {"nth": 3}, BEFORE),
    "at the manifest": ("PutObject", {"key": "staticfiles.json"}, UNKNOWN),
    "at a deletion": ("DeleteObjects", {}, AFTER),
}


@pytest.fixture
def _own_handlers() -> Iterator[None]:
    """Let no run that a test has lost hold the signals, or a file."""
    for _ in range(2):
        gc.collect()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for _ in range(2):
        gc.collect()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_interrupted(
    site: Site,
    bucket: Bucket,
    server: S3Server,
    temporary: Path,
    figures: Figures,
    moment: str,
    number: signal.Signals,
) -> None:
    operation, selection, intact = MOMENTS[moment]
    site.write(release(1))
    site.collect()
    site.remove("only/1.txt")
    site.write(release(2))
    bucket.put("left-over.txt")
    arrived, over = threading.Event(), threading.Event()

    def hold(request: Request) -> None:
        arrived.set()
        over.wait(timeout=30)

    server.react(hold, operation, **selection)  # type: ignore[arg-type]
    process = site.start(
        *("collectstatic", "--noinput", "--clear"),
        # As above.
        launcher=(sys.executable, "-W", "ignore::ResourceWarning"),
        max_workers=2,
        max_staged_memory=0,
    )
    assert arrived.wait(timeout=30)
    with figures.timed():
        process.send_signal(number)
        _, stderr = process.communicate(timeout=5)
    over.set()

    assert process.returncode == 1
    assert stderr.splitlines() == [stderr.strip()]
    assert stderr.startswith("Interrupted. ")
    assert intact in stderr
    assert "Run collectstatic again" in stderr
    assert list(temporary.iterdir()) == []
    figures.add()
    assert look(bucket, figures).is_whole
    server.heal()
    site.collect("--clear")
    assert holds_release(bucket, release(2))


@pytest.mark.parametrize(
    ("number", "error"),
    [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)],
    ids=["INT", "TERM"],
)
def test_caller_of_a_block_gets_python_s_own_exception(
    site: Site, bucket: Bucket, number: signal.Signals, error: type[BaseException]
) -> None:
    storage = site.storage(PLAIN)

    with pytest.raises(error, match=r"Interrupted\. No object was deleted"):  # noqa: PT012, SIM117
        with storage.staged():
            storage.save("new.txt", ContentFile("new"))
            signal.raise_signal(number)

    assert bucket.keys() == []
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_dry_run_that_is_interrupted_says_that_nothing_was_sent(
    site: Site, server: S3Server
) -> None:
    site.write(release(1))
    server.react(
        lambda request: signal.raise_signal(signal.SIGINT), "ListObjectsV2", times=1
    )

    with pytest.raises(KeyboardInterrupt, match="a dry run changes nothing"):
        site.collect("--dry-run")


def test_handler_of_the_process_stays(site: Site) -> None:
    seen: list[int] = []
    previous = signal.signal(signal.SIGTERM, lambda number, frame: seen.append(number))

    with site.storage(PLAIN).staged():
        signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGTERM)

    signal.signal(signal.SIGTERM, previous)
    assert seen == [signal.SIGTERM, signal.SIGTERM]


def test_handler_that_a_project_sets_in_the_run_stays(site: Site) -> None:
    previous = signal.getsignal(signal.SIGTERM)

    with site.storage(PLAIN).staged():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    assert signal.signal(signal.SIGTERM, previous) is signal.SIG_IGN


def test_run_in_a_thread_handles_no_signal(site: Site) -> None:
    handlers = []

    def collect() -> None:
        with site.storage(PLAIN).staged():
            handlers.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=collect)
    thread.start()
    thread.join()

    assert handlers == [signal.SIG_DFL]


def test_run_that_another_thread_ends_handles_no_signal_any_more(site: Site) -> None:
    block = site.storage(PLAIN).staged()
    block.__enter__()
    thread = threading.Thread(target=block.__exit__, args=(None, None, None))
    thread.start()
    thread.join()

    with pytest.raises(KeyboardInterrupt) as raised:
        signal.raise_signal(signal.SIGINT)

    assert str(raised.value) == ""
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


FORKING = """\
import os, signal, sys, time
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()
from django.contrib.staticfiles.storage import staticfiles_storage
with staticfiles_storage.staged():
    if (child := os.fork()) == 0:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)
    _, status = os.waitpid(child, 0)
print(os.waitstatus_to_exitcode(status))
"""


def test_child_that_a_run_forked_ends_as_usual(site: Site) -> None:
    process = site.start(launcher=(sys.executable, "-W", "ignore", "-c", FORKING))
    stdout, stderr = process.communicate(timeout=60)

    assert (stdout, stderr) == (f"{-signal.SIGTERM}\n", "")
