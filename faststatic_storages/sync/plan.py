"""Decide what to send, without sending anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from faststatic_storages.sync.index import ObjectIndex, ObjectInfo


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What a sync does with each key.

    ``create`` and ``replace`` are sent, in this order and the second only when the
    whole first is in place, so that a failure leaves as many old objects as possible.
    """

    create: list[str] = field(default_factory=list)
    replace: list[str] = field(default_factory=list)
    keep: list[str] = field(default_factory=list)


def plan(
    keys: Iterable[str],
    index: ObjectIndex | None,
    is_unchanged: Callable[[str, ObjectInfo], bool],
) -> Plan:
    """
    Sort keys into create, replace and keep.

    ``index`` is ``None`` where nothing is known of the bucket: everything is sent.
    ``is_unchanged`` is asked for existing keys alone.
    """
    result = Plan()
    for key in keys:
        remote = index.get(key) if index is not None else None
        if remote is None:
            result.create.append(key)
        elif is_unchanged(key, remote):
            result.keep.append(key)
        else:
            result.replace.append(key)
    return result
