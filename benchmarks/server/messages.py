"""What a handler is given, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote


@dataclass(frozen=True, slots=True)
class Request:
    """One request, whole. ``headers`` has lower-case names."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    arrived: float

    @classmethod
    def parse(
        cls,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes,
        arrived: float,
    ) -> Request:
        path, _, query = target.partition("?")
        return cls(
            method=method,
            path=unquote(path),
            query=dict(parse_qsl(query, keep_blank_values=True)) if query else {},
            headers=headers,
            body=decode_chunks(body)
            if headers.get("x-amz-content-sha256", "").startswith("STREAMING")
            else body,
            arrived=arrived,
        )


@dataclass(frozen=True, slots=True)
class Response:
    """One answer, still without its length."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    length: int | None = field(default=None, kw_only=True)

    def encode(self, *, keep_alive: bool) -> bytes:
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.status != HTTPStatus.NO_CONTENT:
            length = len(self.body) if self.length is None else self.length
            lines.append(f"Content-Length: {length}")
        if not keep_alive:
            lines.append("Connection: close")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def decode_chunks(body: bytes) -> bytes:
    """
    Return the payload of an aws-chunked body.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
    """
    chunks = []
    position = 0
    while (end := body.find(b"\r\n", position)) >= 0:
        size = int(body[position:end].split(b";")[0], 16)
        if not size:
            break
        chunks.append(body[end + 2 : end + 2 + size])
        position = end + 2 + size + 2
    return b"".join(chunks)
