"""Manifests that nobody can read, and stores that serve none or do so again."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Response

from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket

MANIFEST_NAME = "staticfiles.json"
GZIP: dict[str, Any] = {"gzip": True, "gzip_content_types": ("application/json",)}

PAGE = "<!DOCTYPE html><html><body>Please log in.</body></html>"
DEEP = "[" * 100_000
WHOLE = json.dumps({"version": "1.1", "hash": "", "paths": {"app.js": "app.1.js"}})
COMPRESSED = gzip.compress(WHOLE.encode())


@dataclass(frozen=True, slots=True)
class Broken:
    """A body in the manifest's place; ``is_gzip`` says that it calls itself one."""

    body: bytes
    is_gzip: bool = False

    @property
    def options(self) -> Mapping[str, Any]:
        return GZIP if self.is_gzip else {}

    def put(self, bucket: Bucket) -> None:
        headers: dict[str, Any] = {"ContentEncoding": "gzip"} if self.is_gzip else {}
        bucket.client.put_object(
            Bucket=bucket.name, Key=MANIFEST_NAME, Body=self.body, **headers
        )


def of_paths(paths: object, version: str = "1.1") -> bytes:
    return json.dumps({"version": version, "hash": "", "paths": paths}).encode()


BROKEN = {
    "empty": Broken(b""),
    "cut off": Broken(WHOLE.encode()[:-9]),
    "HTML of a proxy": Broken(PAGE.encode()),
    "not UTF-8": Broken(b'{"version": "1.1", "paths": {"\xff": "a"}}'),
    "100,000 brackets": Broken(DEEP.encode()),
    "100,000 brackets in paths": Broken(
        f'{{"version": "1.1", "hash": "", "paths": {DEEP}'.encode()
    ),
    "a list": Broken(b"[]"),
    "null": Broken(b"null"),
    "a number": Broken(b"1"),
    "no version": Broken(b"{}"),
    "unknown version": Broken(of_paths({"app.js": "app.1.js"}, version="9")),
    "paths are a list": Broken(of_paths(["app.js"])),
    "paths are null": Broken(of_paths(None)),
    "names are numbers": Broken(of_paths({"app.js": 1})),
    "names are null": Broken(of_paths({"app.js": None})),
    "names are lists": Broken(of_paths({"app.js": ["app.1.js"]})),
    "gzip cut off": Broken(COMPRESSED[:-12], is_gzip=True),
    "gzip with another checksum": Broken(COMPRESSED[:-8] + b"\0" * 8, is_gzip=True),
    "gzip of spoilt data": Broken(
        COMPRESSED[:12] + b"\xff" * 9 + COMPRESSED[21:], is_gzip=True
    ),
    "gzip that is none": Broken(WHOLE.encode(), is_gzip=True),
    "gzip that is empty": Broken(b"", is_gzip=True),
    "gzip without being called one": Broken(COMPRESSED),
}


def ends_early(server: S3Server) -> None:
    """Close the connection in the middle of the body."""
    headers = {"Content-Length": str(len(WHOLE)), "Connection": "close"}
    server.fail("GetObject", status=200, body=WHOLE[:20], headers=headers)


def answers_with_a_page(server: S3Server) -> None:
    server.react(lambda request: Response(PAGE), "GetObject")


def is_unwell(server: S3Server) -> None:
    server.fail("GetObject", status=500, code="InternalError")


def refuses(server: S3Server) -> None:
    server.fail("GetObject", status=403, code="AccessDenied")


def throttles(server: S3Server) -> None:
    server.fail("GetObject", status=503, code="SlowDown")


DOWN: dict[str, Callable[[S3Server], None]] = {
    "the connection is reset": lambda server: server.reset_connection("GetObject"),
    "500": is_unwell,
    "503": throttles,
    "403": refuses,
    "a page in place of the manifest": answers_with_a_page,
    "the body ends early": ends_early,
}


def url_within(seconds: float, storage: Any) -> str:
    """Look a name up until there is an answer."""
    until = time.monotonic() + seconds
    while True:
        try:
            url: str = storage.url("app.js")
        except Exception:
            assert time.monotonic() < until
            time.sleep(0.05)
        else:
            return url
