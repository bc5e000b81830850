"""One collectstatic run: what it saves and deletes, staged until it is published."""

from faststatic_storages.run.run import Run

__all__ = ["Run"]
