"""What a process need not look at that was started for one command."""

from __future__ import annotations

import atexit
import gc


def freeze_now_and_at_exit() -> None:
    """
    Let the interpreter look for no garbage in all that it has loaded.

    It does so now and then, and more than once before it ends, and botocore's
    description of S3 alone has 35,000 objects to look at: a fifth of what an unchanged
    deploy takes. The system has the memory back all the same. Nothing relies on it:
    Python does not promise to finalize what exists when it exits
    (https://docs.python.org/3/reference/datamodel.html), and what has to be done then
    is done by ``atexit``.
    """
    gc.freeze()
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
