"""Decide what happens to each key, and why, without doing any of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from faststatic_storages.sync.index import ObjectIndex, ObjectInfo


class Reason(Enum):
    """Why an object is sent, stays or goes."""

    NEW = "new"
    CHANGED = "changed"
    UNKNOWN = "unknown"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    LEFT_OVER = "left over"


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What happens to each key: ``reasons``, in the order in which it happens.

    ``NEW`` and ``UNKNOWN`` are sent first, ``CHANGED`` only when those are in place, so
    that a failure leaves as many old objects as possible. ``UNKNOWN`` is what nobody
    knows to be in the bucket or not. ``DELETED`` and ``LEFT_OVER`` go last.
    """

    reasons: Mapping[str, Reason]

    def keys(self, *reasons: Reason) -> list[str]:
        return [key for key, reason in self.reasons.items() if reason in reasons]


def plan_uploads(
    keys: Iterable[str],
    index: ObjectIndex | None,
    is_unchanged: Callable[[str, ObjectInfo], bool],
) -> dict[str, Reason]:
    """
    Return why each key is sent, or that it is not.

    ``index`` is ``None`` where nothing is known of the bucket: everything is sent.
    ``is_unchanged`` is asked for existing keys alone.
    """
    if index is None:
        return dict.fromkeys(keys, Reason.UNKNOWN)
    reasons = {}
    for key in keys:
        remote = index.get(key)
        if remote is None:
            reasons[key] = Reason.NEW
        elif is_unchanged(key, remote):
            reasons[key] = Reason.UNCHANGED
        else:
            reasons[key] = Reason.CHANGED
    return reasons
