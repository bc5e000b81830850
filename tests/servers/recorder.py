"""A server that records every request, fails on demand, and imitates other services."""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Self

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from tests.servers.faults import Faults
from tests.servers.recording import Request, Requests
from tests.servers.serving import http_server, serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Switch = Callable[[Request, Callable[[], Response]], Response]
"""Answers a request as another service would; the second argument asks this one."""


class Recorder(Faults):
    """
    A server, or what stands in front of one.

    ``requests`` has what arrived since the last ``reset()``, ``ports`` from which ports
    of the client, ``most_at_once`` how many were in the air together.
    """

    def __init__(self) -> None:
        super().__init__()
        self._observers: list[Callable[[Request], None]] = []
        self._switches: list[Switch] = []
        self._lock = threading.Lock()
        self._at_once = 0
        self.reset()
        self._http = http_server(self)
        self.url = f"http://127.0.0.1:{self._http.port}"

    @contextmanager
    def running(self) -> Iterator[Self]:
        with serving(self._http):
            yield self

    def reset(self) -> None:
        """Be as new: nothing seen, no faults, no observers."""
        self.requests = Requests()
        self.ports: set[int] = set()
        self.most_at_once = 0
        self.heal()
        self._observers.clear()

    def observe(self, observer: Callable[[Request], None]) -> None:
        """Call ``observer`` after each request, before the next one is handled."""
        self._observers.append(observer)

    @contextmanager
    def imitating(self, *switches: Switch) -> Iterator[None]:
        """Answer as other services do; the first switch is next to this server."""
        before = self._switches
        self._switches = [*before, *switches]
        try:
            yield
        finally:
            self._switches = before

    @abstractmethod
    def parse(self, http: HttpRequest, body: bytes) -> tuple[str, str]:
        """Return what the protocol calls the operation, and the key."""

    @abstractmethod
    def answer(self, request: Request, environ: WSGIEnvironment) -> Response: ...

    def recorded(self, request: Request) -> Request:
        """Return what is kept of the request."""
        return request

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        request = self._request(environ)
        with self._lock:
            self.requests.append(self.recorded(request))
            self.ports.add(environ["REMOTE_PORT"])
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            faults = self.affecting(request)
        try:
            for fault in faults:
                if (response := fault.react(request)) is not None:
                    return response(environ, start_response)
            return self._imitate(request, environ)(environ, start_response)
        finally:
            with self._lock:
                self._at_once -= 1

    def _request(self, environ: WSGIEnvironment) -> Request:
        http = HttpRequest(environ)
        body = environ["wsgi.input"].getvalue()
        operation, key = self.parse(http, body)
        return Request(
            operation, key, http.method, environ["RAW_URI"], Headers(http.headers), body
        )

    def _imitate(self, request: Request, environ: WSGIEnvironment) -> Response:
        answer = partial(self._answer, request, environ)
        for switch in self._switches:
            answer = partial(switch, request, answer)
        return answer()

    def _answer(self, request: Request, environ: WSGIEnvironment) -> Response:
        if not self._observers:
            return self.answer(request, environ)
        with self._lock:
            response = self.answer(request, environ)
            for observer in self._observers:
                observer(request)
        return response
