"""What a run did: the line that a person reads, and the values for a machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """
    What a run did that has published, or what a dry run would have done.

    ``created``, ``replaced`` and ``deleted`` are keys, location included. Where nobody
    knows whether an object was there before, it is among the ``replaced``. ``kept`` has
    what ``--clear`` has left in place, by the reason. ``unchanged`` counts, ``size`` is
    in bytes as they were sent. ``seconds`` are those of each phase, and "total".
    ``requests`` are all that were sent, ``None`` where the provider does not count.
    ``transport`` is what sent the objects, empty where none was sent, and
    ``transport_reason`` why it was not obstore. ``releases`` are the other manifests
    whose objects were kept.
    """

    dry_run: bool
    storage: str
    created: tuple[str, ...]
    replaced: tuple[str, ...]
    unchanged: int
    deleted: tuple[str, ...]
    kept: Mapping[str, tuple[str, ...]]
    size: int
    requests: int | None
    seconds: Mapping[str, float]
    transport: str
    transport_reason: str
    releases: tuple[str, ...]

    @property
    def uploaded(self) -> int:
        return len(self.created) + len(self.replaced)

    def as_dict(self) -> dict[str, Any]:
        """Return what JSON can say; ``schema`` is the version of its form."""
        return {
            "schema": SCHEMA_VERSION,
            "dry_run": self.dry_run,
            "storage": self.storage,
            "objects": self.uploaded + self.unchanged,
            "uploaded": self.uploaded,
            "unchanged": self.unchanged,
            "bytes": self.size,
            "requests": self.requests,
            "seconds": {name: round(taken, 3) for name, taken in self.seconds.items()},
            "transport": self.transport,
            "transport_reason": self.transport_reason,
            "created": list(self.created),
            "replaced": list(self.replaced),
            "deleted": list(self.deleted),
            "kept": {reason: list(keys) for reason, keys in self.kept.items()},
            "releases": list(self.releases),
        }

    def __str__(self) -> str:
        """Return the closing line of a run."""
        return f"{self._objects()}. {self._effort()}."

    def _objects(self) -> str:
        would_be = "would be " if self.dry_run else ""
        parts = [
            f"{self.uploaded} {would_be}uploaded",
            f"{self.unchanged} unchanged",
        ]
        if self.deleted:
            parts.append(f"{len(self.deleted)} {would_be}deleted")
        if kept := sum(map(len, self.kept.values())):
            parts.append(f"{kept} kept")
        total = counted(self.uploaded + self.unchanged, "object")
        return f"{total}: {', '.join(parts)}"

    def _effort(self) -> str:
        parts = [readable(self.size)] if self.size else []
        if self.requests is not None:
            parts.append(counted(self.requests, "request"))
        parts.append(f"{self.seconds['total']:.1f} s")
        if self.transport and not self.dry_run:
            why = f" ({self.transport_reason})" if self.transport_reason else ""
            parts.append(f"by {self.transport}{why}")
        return ", ".join(parts)


def counted(number: int, unit: str) -> str:
    """Return "1 object" or "2 objects"."""
    return f"{number} {unit}{'' if number == 1 else 's'}"


def readable(size: float) -> str:
    """Return a number of bytes as "999 B", "1.5 kB", "98.5 MB" or "6.4 GB"."""
    if size < 1000:
        return f"{size} B"
    for unit in ("kB", "MB"):
        size /= 1000
        if size < 1000:
            return f"{size:.1f} {unit}"
    return f"{size / 1000:.1f} GB"
