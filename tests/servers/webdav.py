"""A plain HTTP store on 127.0.0.1: GET, HEAD, PUT, DELETE and PROPFIND."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote
from wsgiref.handlers import format_date_time
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

from tests.servers.serving import http_server, serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ENTRY = (
    "<D:response><D:href>{}</D:href><D:propstat><D:prop><D:resourcetype>{}"
    "</D:resourcetype><D:getcontentlength>{}</D:getcontentlength><D:getlastmodified>{}"
    "</D:getlastmodified></D:prop></D:propstat></D:response>"
)


class WebDAVServer:
    """``refused`` has the methods that are answered with 403."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.requests: list[tuple[str, str]] = []
        self.refused: set[str] = set()
        self._http = http_server(self)
        self.url = f"http://127.0.0.1:{self._http.port}/"

    @contextmanager
    def running(self) -> Iterator[None]:
        with serving(self._http):
            yield

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        path = request.path.removeprefix("/")
        self.requests.append((request.method, path))
        if request.method in self.refused:
            return Response(status=HTTPStatus.FORBIDDEN)
        if request.method == "PROPFIND":
            return self._listing(path)
        if request.method == "PUT":
            self.files[path] = request.get_data()
            return Response(status=HTTPStatus.CREATED)
        if path not in self.files:
            return Response(status=HTTPStatus.NOT_FOUND)
        if request.method == "DELETE":
            del self.files[path]
            return Response(status=HTTPStatus.NO_CONTENT)
        return Response(self.files[path])

    def _listing(self, directory: str) -> Response:
        entries = [
            ENTRY.format(escape(quote(f"/{path}")), "", len(body), format_date_time(0))
            for path, body in self.files.items()
            if path.startswith(directory)
        ]
        if not entries:
            return Response(status=HTTPStatus.NOT_FOUND)
        entries.append(ENTRY.format(quote(f"/{directory}"), "<D:collection/>", "", ""))
        body = f'<D:multistatus xmlns:D="DAV:">{"".join(entries)}</D:multistatus>'
        return Response(body, HTTPStatus.MULTI_STATUS, content_type="application/xml")
