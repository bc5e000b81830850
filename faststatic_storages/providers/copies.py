"""The storage as it is outside of a run, for what works on it while one is open."""

from __future__ import annotations

import copy
from typing import Any


def outside_of_runs(storage: Any) -> Any:
    """Return a copy in which no run is open, so that it is as its parent class."""
    return copy.copy(storage)
