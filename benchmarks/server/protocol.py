"""HTTP/1.1 over asyncio: small enough that the client is what is measured."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import cast

import httptools

from benchmarks.server.messages import Request, Response


class HttpProtocol(asyncio.Protocol):
    """
    One connection. ``answer`` returns a response, and after how many seconds.

    The wait blocks nobody else. A request for "100-continue" is granted at once: the
    latency is counted once a request.
    """

    def __init__(self, answer: Callable[[Request], tuple[Response, float]]) -> None:
        self._answer = answer
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self.on_message_begin()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are no subclasses of asyncio's, and do the same.
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            if self._transport:
                self._transport.close()

    def on_message_begin(self) -> None:
        self._arrived = time.perf_counter()
        self._target = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("ascii").lower()] = value.decode("utf-8", "replace")

    def on_headers_complete(self) -> None:
        if self._headers.get("expect", "").lower() == "100-continue":
            self._write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        request = Request.parse(
            self._parser.get_method().decode("ascii"),
            self._target.decode("utf-8"),
            self._headers,
            b"".join(self._body),
            self._arrived,
        )
        keep_alive = self._parser.should_keep_alive()
        response, delay = self._answer(request)
        encoded = response.encode(keep_alive=keep_alive)
        if delay:
            loop = asyncio.get_running_loop()
            loop.call_later(delay, self._finish, encoded, keep_alive)
        else:
            self._finish(encoded, keep_alive)

    def _finish(self, encoded: bytes, keep_alive: bool) -> None:
        self._write(encoded)
        if not keep_alive and self._transport:
            self._transport.close()

    def _write(self, data: bytes) -> None:
        if self._transport:
            self._transport.write(data)
