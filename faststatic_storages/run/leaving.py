"""How a process ends that was started for one command."""

from __future__ import annotations

import atexit
import gc


def leave_without_collecting() -> None:
    """
    Let the interpreter end without looking for garbage in all that it has loaded.

    It does so more than once, and botocore's description of S3 alone has 35,000 objects
    to look at: a fifth of what an unchanged deploy takes. The system has the memory
    back all the same. Nothing relies on it: Python does not promise to finalize what
    exists when it exits (https://docs.python.org/3/reference/datamodel.html), and what
    has to be done then is done by ``atexit``.
    """
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
