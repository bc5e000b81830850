"""How many requests were sent."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    # S3 has no use for it.
    from requests import Session


class RequestCount:
    """Counts from any thread; ``add`` takes what a hook of an SDK is called with."""

    def __init__(self) -> None:
        self.value = 0
        self._turn = threading.Lock()

    def add(self, *_: object, **__: object) -> None:
        with self._turn:
            self.value += 1


_of_sessions: WeakKeyDictionary[Session, RequestCount] = WeakKeyDictionary()


def answers_to(session: Session) -> RequestCount:
    """Return what counts the answers that ``session`` gets; one for its whole life."""
    if session not in _of_sessions:
        count = _of_sessions[session] = RequestCount()
        session.hooks["response"].append(count.add)
    return _of_sessions[session]
