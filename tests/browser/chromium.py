"""A headless Chromium, with one page open."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless",
    # A container has neither a user nor a kernel for its sandbox, and little shared
    # memory. It opens the pages of the tests alone …
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    # … and asks nobody else for anything.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--enable-logging=stderr",
)
CONSOLE = re.compile(r":CONSOLE[:(]\d+\)?\] (.*)")
SECONDS = 60
"""How long to wait for what takes less than one on a machine that is not busy."""


def find_chromium() -> str | None:
    """Return the path of a Chromium, Debian's or another."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def command(*arguments: str) -> list[str]:
    return [find_chromium() or NAMES[0], *FLAGS, *arguments]


def document_of(profile: Path, url: str) -> tuple[str, list[str]]:
    """Return the page as it is when nothing loads any more, and its console."""
    flags = (f"--user-data-dir={profile}", "--dump-dom", "--virtual-time-budget=1000")
    completed = subprocess.run(
        command(*flags, url),
        capture_output=True,
        check=True,
        text=True,
        timeout=SECONDS,
    )
    return completed.stdout, CONSOLE.findall(completed.stderr)


@contextmanager
def chromium(profile: Path, url: str) -> Iterator[list[str]]:
    """
    Open the page as somebody does who was never there.

    The list has, at the end, what stood in the console.
    """
    console: list[str] = []
    process = subprocess.Popen(
        command(f"--user-data-dir={profile}", url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with ThreadPoolExecutor(1) as reader:
        # It ends when the last of the browser's processes has: each may write there.
        output = reader.submit(process.communicate)
        try:
            yield console
        finally:
            process.terminate()
            try:
                _, log = output.result(SECONDS)
            except TimeoutError:
                os.killpg(process.pid, signal.SIGKILL)
                raise
            console += CONSOLE.findall(log)
