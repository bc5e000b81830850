"""obstore's runtime: its threads stay behind when a process forks, and it may panic."""

from __future__ import annotations

import os
from types import TracebackType

from faststatic_storages.providers.transport.words import NotExpressible

_started_in: int | None = None


def start() -> None:
    """
    Take note that this process uses obstore.

    Raises ``NotExpressible`` in a child of one that did before it forked: there is
    nobody there who would do the work, and each put would wait until it times out.
    """
    global _started_in
    if _started_in is None:
        _started_in = os.getpid()
    elif _started_in != os.getpid():
        raise NotExpressible("a process that was forked after obstore had been used")


class Panic(Exception):
    """obstore met with what its authors did not expect."""


class Panicking:
    """Makes an error of a panic in the block, which is no ``Exception`` by itself."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is not None and kind.__name__ == "PanicException":
            raise Panic(str(error)) from error
