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
    HEADERS = "headers"
    UNKNOWN = "unknown"
    FORCED = "forced"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    LEFT_OVER = "left over"
    OF_A_RELEASE = "of a release"
    YOUNG = "young"
    SPARED = "spared"


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What happens to each key: ``reasons``, in the order in which it happens.

    ``NEW`` and ``UNKNOWN`` are sent first, ``CHANGED`` and ``HEADERS`` only when those
    are in place, so that a failure leaves as many old objects as possible. ``UNKNOWN``
    is what nobody knows to be in the bucket or not, ``HEADERS`` what was sent with
    others than it would be now, ``FORCED`` what is sent although it is there.
    ``DELETED`` and ``LEFT_OVER`` go last; ``OF_A_RELEASE``, ``YOUNG`` and ``SPARED``
    are left over and stay.
    """

    reasons: Mapping[str, Reason]

    def keys(self, *reasons: Reason) -> list[str]:
        return [key for key, reason in self.reasons.items() if reason in reasons]


def plan_uploads(
    keys: Iterable[str],
    index: ObjectIndex | None,
    compare: Callable[[str, ObjectInfo], Reason],
) -> dict[str, Reason]:
    """
    Return why each key is sent, or that it is not.

    ``index`` is ``None`` where nothing is known of the bucket: everything is sent.
    ``compare`` is asked for existing keys alone.
    """
    if index is None:
        return dict.fromkeys(keys, Reason.UNKNOWN)
    reasons = {}
    for key in keys:
        remote = index.get(key)
        reasons[key] = Reason.NEW if remote is None else compare(key, remote)
    return reasons
