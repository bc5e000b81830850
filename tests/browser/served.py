"""What a bucket answers to browsers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from werkzeug.wrappers import Response

from tests.servers.s3 import Request

Answer = tuple[int, str, str | None]
"""Its status, type and ``Cache-Control``."""


@dataclass
class Served:
    """A switch of the test server that keeps the answers to browsers, by key."""

    answers: dict[str, Answer] = field(default_factory=dict)

    def __call__(self, request: Request, answer: Callable[[], Response]) -> Response:
        response = answer()
        if "Chrome" in request.headers["User-Agent"]:
            self.answers[request.key] = (
                response.status_code,
                response.headers["Content-Type"].partition(";")[0],
                response.headers.get("Cache-Control"),
            )
        return response

    def since(self) -> dict[str, Answer]:
        """Return what was answered since this was asked the last time."""
        answers, self.answers = self.answers, {}
        return answers
