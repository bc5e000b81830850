"""obstore's runtime, whose threads stay behind when a process forks."""

from __future__ import annotations

import os

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
