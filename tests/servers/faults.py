"""Faults that a test switches on, and that heal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TypedDict, Unpack

from werkzeug.wrappers import Response

from tests.servers.recording import Request
from tests.servers.serving import ResetConnection


class Selection(TypedDict, total=False):
    """
    Which of an operation's requests are affected; all where nothing is said.

    ``nth`` counts distinct keys, so a retry is not another one. ``times`` is how often
    each key is affected.
    """

    key: str
    nth: int
    times: int | None


@dataclass(eq=False)
class Fault:
    """What to do in the place of an answer; ``None`` from ``react`` is to go on."""

    react: Callable[[Request], Response | None]
    operation: str | None
    selection: Selection
    attempts: Counter[str] = field(default_factory=Counter)

    def affects(self, request: Request) -> bool:
        if self.operation not in (None, request.operation):
            return False
        if self.selection.get("key", request.key) != request.key:
            return False
        self.attempts[request.key] += 1
        attempt = self.attempts[request.key]
        position = list(self.attempts).index(request.key) + 1
        return (
            self.selection.get("nth", position) == position
            and (self.selection.get("times") or attempt) >= attempt
        )


class Faults:
    """What a server does in the place of answers."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def react(
        self,
        react: Callable[[Request], Response | None],
        operation: str | None = None,
        **selection: Unpack[Selection],
    ) -> None:
        """Answer with ``react`` what the arguments select."""
        self._faults.append(Fault(react, operation, selection))

    def fail(
        self,
        operation: str | None = None,
        *,
        status: int,
        code: str = "",
        body: str = "",
        headers: dict[str, str] | None = None,
        **selection: Unpack[Selection],
    ) -> None:
        """Refuse; ``code`` is for an error in S3's words, ``body`` for any other."""
        phrase = HTTPStatus(status).phrase
        if code:
            body = f"<Error><Code>{code}</Code><Message>{phrase}</Message></Error>"

        def refuse(request: Request) -> Response:
            response = Response(body or phrase, status)
            # In this way it may tell another length than it has.
            response.headers.update(headers or {})
            return response

        self.react(refuse, operation, **selection)

    def reset_connection(
        self, operation: str | None = None, **selection: Unpack[Selection]
    ) -> None:
        """Answer with a TCP reset."""

        def reset(request: Request) -> None:
            raise ResetConnection

        self.react(reset, operation, **selection)

    def heal(self) -> None:
        """Forget the faults."""
        self._faults.clear()

    def affecting(self, request: Request) -> list[Fault]:
        return [fault for fault in self._faults if fault.affects(request)]
