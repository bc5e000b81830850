"""The benchmark's own server: started, told what to do, and asked what it saw."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

ROOT = Path(__file__).resolve().parent.parent
open_url = build_opener(ProxyHandler({})).open


@dataclass(frozen=True, slots=True)
class Seen:
    """What the server saw of one bucket's clients."""

    requests: dict[str, int]
    objects: int
    put_seconds: float


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    endpoint: str

    def set_latency(self, milliseconds: float) -> None:
        self._call("latency", ms=milliseconds)

    def wipe(self, bucket: str) -> None:
        """Make the bucket, empty, its counts at zero."""
        self._call("wipe", bucket=bucket)

    def reset(self, bucket: str) -> None:
        self._call("reset", bucket=bucket)

    def copy(self, source: str, bucket: str) -> None:
        """Put every object of ``source`` into the bucket, as modified now."""
        self._call("copy", source=source, bucket=bucket)

    def fill(self, bucket: str, count: int) -> None:
        """Put small objects into the bucket."""
        self._call("fill", bucket=bucket, count=count)

    def etags(self, bucket: str) -> dict[str, str]:
        etags: dict[str, str] = self._call("dump", bucket=bucket)
        return etags

    def seen(self, bucket: str) -> Seen:
        return Seen(**self._call("state", bucket=bucket))

    def _call(self, command: str, **query: Any) -> Any:
        with open_url(f"{self.endpoint}/-/{command}?{urlencode(query)}") as response:
            return json.load(response)


@contextmanager
def running_server() -> Iterator[Server]:
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield Server(process.stdout.readline().strip())
        finally:
            process.terminate()
