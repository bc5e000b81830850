"""Collect over 1,000 static files into an embedded S3, twice, counting the requests.

Exits with status 1 if the second run sent anything.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs
from urllib.request import urlopen

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    create_backend_app,
)
from werkzeug.serving import WSGIRequestHandler, make_server

HERE = Path(__file__).resolve().parent
MANIFEST = "quickstart/static/staticfiles.json"
READS = {"ListObjectsV2", "GetObject"}


class CountedS3:
    """Moto's S3 as a WSGI application that counts the requests it sees."""

    def __init__(self) -> None:
        self.application = DomainDispatcherApplication(create_backend_app)
        self.requests: list[str] = []

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        self.requests.append(operation(environ))
        response: Iterable[bytes] = self.application(environ, start_response)
        return response


def operation(environ: dict[str, Any]) -> str:
    """Name a request as the S3 documentation does, if a run could have sent it."""
    method = environ["REQUEST_METHOD"]
    query = parse_qs(environ["QUERY_STRING"], keep_blank_values=True)
    _bucket, _, key = environ["PATH_INFO"].strip("/").partition("/")
    if "list-type" in query:
        return "ListObjectsV2"
    if query.keys() & {"delete", "uploads", "uploadId"}:
        return f"{method} ?{'&'.join(query)}"
    return f"{method.title()}{'Object' if key else 'Bucket'}"


class QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The demo prints the counts instead."""


@contextmanager
def serve(application: CountedS3) -> Iterator[str]:
    server = make_server(
        "127.0.0.1", 0, application, threaded=True, request_handler=QuietHandler
    )
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True, slots=True)
class Run:
    requests: Counter[str]
    seconds: float


def run(s3: CountedS3, url: str, *command: str) -> Run:
    """Run one of the project's commands, as a person would, and print what it says."""
    print(f"$ python {' '.join(command)}", flush=True)
    s3.requests.clear()
    started = time.perf_counter()
    completed = subprocess.run(
        [sys.executable, *command],
        cwd=HERE,
        env=os.environ | {"AWS_ENDPOINT_URL_S3": url},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    seconds = time.perf_counter() - started
    print(completed.stdout.replace("\n\n", "\n").strip(), end="\n\n", flush=True)
    return Run(Counter(s3.requests), seconds)


def print_table(first: Run, second: Run) -> None:
    row = "{:<16}{:>12}{:>12}".format
    print(row("seen by S3", "first run", "second run"))
    for name in sorted(first.requests | second.requests):
        print(row(name, f"{first.requests[name]:,}", f"{second.requests[name]:,}"))
    print(row("seconds", f"{first.seconds:.1f}", f"{second.seconds:.1f}"))
    print(
        "\nA page of a listing has 1,000 objects. The seconds are those of whole"
        "\ncommands; most of the first run's are the server's, which is in Python.\n"
    )


def read_manifest(url: str) -> dict[str, str]:
    with urlopen(f"{url}/{MANIFEST}") as response:
        paths: dict[str, str] = json.load(response)["paths"]
    return paths


def main() -> int:
    s3 = CountedS3()
    with serve(s3) as url:
        run(s3, url, "create_bucket.py")
        first = run(s3, url, "manage.py", "collectstatic", "--noinput")
        second = run(s3, url, "manage.py", "collectstatic", "--noinput")
        paths = read_manifest(url)

    print_table(first, second)
    print(f"The manifest in the bucket names {len(paths):,} files, such as")
    for name in ("css/site.css", "admin/css/base.css", "flags/fr.gif"):
        print(f"  {name:<20} {paths[name]}")

    sent = sum(second.requests[name] for name in second.requests.keys() - READS)
    if len(paths) < 1_000 or sent:
        print(f"\nFailed: {len(paths)} files, {sent} writes in the second run.")
        return 1
    print("\nThe second run sent nothing.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
