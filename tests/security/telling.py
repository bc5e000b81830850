"""A server that puts all that it was sent into its refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape

import pytest
from django.core.management.base import CommandError
from werkzeug.wrappers import Response

from tests.servers.recording import Request

# What a header or a parameter that is secret has in its name.
SECRET_HEADERS = ("Authorization", "X-Amz-Security-Token")
SECRET_PARAMETERS = ("sig",)


class Telling:
    """Refuses in XML or in JSON, and remembers what nobody else may tell."""

    def __init__(self, *, status: int, as_json: bool = False) -> None:
        self.secrets = set[str]()
        self._status = status
        self._answer = self._in_json if as_json else self._in_xml

    def __call__(self, request: Request) -> Response:
        for name in SECRET_HEADERS:
            self.secrets.update(words_of(request.headers.get(name, "")))
        self.secrets.update(
            value for name, value in request.query if name in SECRET_PARAMETERS
        )
        headers = "\n".join(f"{name}: {value}" for name, value in request.headers)
        return self._answer(f"{request.method} {request.target}\n{headers}")

    def _in_xml(self, told: str) -> Response:
        body = (
            "<Error><Code>SignatureDoesNotMatch</Code>"
            f"<Message>{escape(told)}</Message>"
            f"<StringToSign>{escape(told)}</StringToSign></Error>"
        )
        return Response(body, self._status, content_type="application/xml")

    def _in_json(self, told: str) -> Response:
        body = json.dumps({"error": {"code": self._status, "message": told}})
        return Response(body, self._status, content_type="application/json")


def words_of(value: str) -> list[str]:
    """Return what is secret in a header; which headers are signed is not."""
    scheme, _, rest = value.partition(" ")
    if not scheme.startswith("AWS4"):
        return [rest or scheme] if value else []
    pairs = dict(pair.strip().split("=", 1) for pair in rest.split(","))
    return [pairs["Credential"], pairs["Signature"]]


def told_by(attempt: Callable[[], object]) -> str:
    """Return what a run that has to fail is told."""
    with pytest.raises(CommandError) as raised:
        attempt()
    return f"{raised.value!r} {raised.value}"
