"""HTTP/1.1 over asyncio: small enough that the client is what is measured."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

import httptools

from benchmarks.server.operations import Request, Response, answer
from benchmarks.server.store import Store


class HttpProtocol(asyncio.Protocol):
    """
    One connection.

    The latency passes before each answer, and keeps nobody else waiting. A request for
    "100-continue" is granted at once: the latency is counted once a request.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._parser = httptools.HttpRequestParser(self)
        self._later = asyncio.get_running_loop().call_later
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._target = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode().lower()] = value.decode("utf-8", "replace")

    def on_headers_complete(self) -> None:
        if self._headers.get("expect", "").lower() == "100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        method = self._parser.get_method().decode()
        body = b"".join(self._body)
        request = Request(method, self._target.decode(), self._headers, body)
        message = encode(method, answer(self._store, request))
        if self._store.latency:
            self._later(self._store.latency, self._transport.write, message)
        else:
            self._transport.write(message)


def encode(method: str, response: Response) -> bytes:
    status, body, headers, length = response
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
    for name, value in headers.items():
        head += f"{name}: {value}\r\n"
    if status != HTTPStatus.NO_CONTENT:
        head += f"Content-Length: {len(body) if length is None else length}\r\n"
    return f"{head}\r\n".encode() + (b"" if method == "HEAD" else body)
