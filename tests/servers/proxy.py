"""An HTTP proxy in front of an emulator: it records requests and fails on demand."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers
from werkzeug.serving import make_server
from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from tests.servers.s3 import KeepAliveHandler, ResetConnection

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# https://www.rfc-editor.org/rfc/rfc9110#name-connection
HOP_BY_HOP = {"connection", "content-length", "keep-alive", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class ProxiedRequest:
    """One request as the client sent it, and what its protocol calls it."""

    operation: str
    key: str
    method: str
    target: str
    headers: Headers
    body: bytes = field(repr=False)


class ProxiedRequests(list[ProxiedRequest]):
    """Requests in the order of their arrival."""

    def counts(self) -> dict[str, int]:
        return dict(Counter(request.operation for request in self))

    def keys(self, operation: str = "Put") -> list[str]:
        return [request.key for request in self if request.operation == operation]


@dataclass(eq=False)
class Fault:
    """
    What to answer, and to which requests; ``None`` is a TCP reset.

    ``nth`` counts distinct keys, so a retry is not another one. ``times`` is how often
    each key is affected.
    """

    response: Response | None
    operation: str
    nth: int | None = None
    times: int | None = None
    attempts: Counter[str] = field(default_factory=Counter)

    def affects(self, request: ProxiedRequest) -> bool:
        if self.operation != request.operation:
            return False
        self.attempts[request.key] += 1
        position = list(self.attempts).index(request.key) + 1
        return self.nth in (None, position) and (
            self.times is None or self.attempts[request.key] <= self.times
        )


Parse = Callable[[HttpRequest, bytes], tuple[str, str]]


class RecordingProxy:
    """
    ``parse`` names the operation and the key of a request.

    ``requests`` has what arrived since the last ``reset()``, ``ports`` from which ports
    of the client. ``upstream`` is the URL of
    the real server.
    """

    def __init__(self, parse: Parse) -> None:
        self.upstream = ""
        self.requests = ProxiedRequests()
        self.ports: set[int] = set()
        self._parse = parse
        self._faults: list[Fault] = []
        self._observers: list[Callable[[ProxiedRequest], None]] = []
        self._lock = threading.Lock()
        self._http = make_server(
            "127.0.0.1", 0, self, threaded=True, request_handler=KeepAliveHandler
        )
        self.url = f"http://127.0.0.1:{self._http.port}"

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self._http.serve_forever, name="proxy")
        thread.start()
        try:
            yield
        finally:
            self._http.shutdown()
            thread.join()
            self._http.server_close()

    def reset(self) -> None:
        """Forget requests, faults and observers."""
        self.requests = ProxiedRequests()
        self.ports = set()
        self._faults.clear()
        self._observers.clear()

    def observe(self, observer: Callable[[ProxiedRequest], None]) -> None:
        """Call ``observer`` after each request, before the next one is handled."""
        self._observers.append(observer)

    def fail(
        self,
        operation: str,
        *,
        status: int,
        body: str = "",
        headers: dict[str, str] | None = None,
        nth: int | None = None,
        times: int | None = None,
    ) -> None:
        """Refuse; see ``Fault``."""
        response = Response(body or HTTPStatus(status).phrase, status)
        # In this way it may tell another length than it has.
        response.headers.update(headers or {})
        self._faults.append(Fault(response, operation, nth, times))

    def reset_connection(self, operation: str, *, nth: int) -> None:
        """Drop the connection; see ``Fault``."""
        self._faults.append(Fault(None, operation, nth))

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        http = HttpRequest(environ)
        body = environ["wsgi.input"].getvalue()
        operation, key = self._parse(http, body)
        request = ProxiedRequest(
            operation,
            key,
            http.method,
            environ["RAW_URI"],
            Headers(http.headers),
            body,
        )
        with self._lock:
            self.requests.append(request)
            self.ports.add(environ["REMOTE_PORT"])
            faults = [fault for fault in self._faults if fault.affects(request)]
        if faults:
            if (response := faults[0].response) is None:
                raise ResetConnection
            return response(environ, start_response)
        if not self._observers:
            return self.forward(request)(environ, start_response)
        with self._lock:
            response = self.forward(request)
            for observer in self._observers:
                observer(request)
        return response(environ, start_response)

    def forward(self, request: ProxiedRequest) -> Response:
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
