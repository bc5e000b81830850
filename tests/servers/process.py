"""An emulator that is a program of its own, while it is needed."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(program: Path, arguments: Iterable[str], port: int) -> Iterator[str]:
    """Start the program, wait until it listens, and yield its URL."""
    process = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL)
    try:
        wait_for_server(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def wait_for_server(port: int, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not is_listening(port):
        assert time.monotonic() < deadline, f"nothing listens on port {port}"
        time.sleep(0.05)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
