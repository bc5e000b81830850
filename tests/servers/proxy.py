"""An HTTP proxy in front of an emulator: it records requests and fails on demand."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from tests.servers.recorder import Recorder
from tests.servers.recording import Request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# https://www.rfc-editor.org/rfc/rfc9110#name-connection
HOP_BY_HOP = {"connection", "content-length", "keep-alive", "transfer-encoding"}


class RecordingProxy(Recorder):
    """``upstream`` is the URL of the real server."""

    def __init__(self) -> None:
        super().__init__()
        self.upstream = ""

    def parse(self, http: HttpRequest, body: bytes) -> tuple[str, str]:
        return http.method, http.path

    def answer(self, request: Request, environ: WSGIEnvironment) -> Response:
        return self.forward(request)

    def forward(self, request: Request) -> Response:
        upstream = urlsplit(self.upstream)
        connect = HTTPSConnection if upstream.scheme == "https" else HTTPConnection
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in HOP_BY_HOP
        }
        with closing(connect(upstream.netloc, timeout=60)) as connection:
            connection.request(
                request.method,
                request.target,
                request.body,
                headers
                | {"Host": upstream.netloc, "Content-Length": str(len(request.body))},
            )
            answer = connection.getresponse()
            return Response(
                answer.read(),
                answer.status,
                [
                    # The next request, too, is to come by here.
                    (name, value.replace(self.upstream, self.url))
                    for name, value in answer.getheaders()
                    if name.lower() not in HOP_BY_HOP
                ],
            )
