"""One obstore for each set of headers that it can only be told once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from faststatic_storages.providers.transport.runtime import Panicking
from faststatic_storages.providers.transport.words import NotExpressible

# Each has connections of its own.
MOST = 8


class Stores:
    """
    Makes a store when it is first needed, and remembers what cannot be had.

    ``make`` is given what the store says of all its objects, which obstore cannot say
    of one: their ACL, for example.
    """

    def __init__(self, make: Callable[[Mapping[str, Any]], Any]) -> None:
        self._make = make
        self._made: dict[str, Any] = {}
        self._turn = threading.Lock()

    def store(self, said: Mapping[str, Any]) -> Any:
        """Return the store that says so; raise ``NotExpressible``."""
        kind = repr(sorted(said.items())) if said else ""
        made = self._made.get(kind)
        if made is None:
            with self._turn:
                # Another thread may have made it meanwhile.
                made = self._made.get(kind) or self._new(said)
                self._made[kind] = made
        if isinstance(made, NotExpressible):
            raise NotExpressible(str(made))
        return made

    def _new(self, said: Mapping[str, Any]) -> Any:
        if len(self._made) > MOST:
            names = ", ".join(sorted(said))
            raise NotExpressible(f"more than {MOST} values of {names}")
        try:
            with Panicking():
                return self._make(said)
        except NotExpressible as error:
            return error
