"""Decide what is deleted: the only place that does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial

from faststatic_storages.sync.plan import Reason


@dataclass(frozen=True, slots=True)
class KeysInUse:
    """
    What a site may ask for by the manifests that it may be reading.

    ``served`` are the hashed keys and the manifest's own, ``originals`` those that the
    hashed ones were made of.
    """

    served: Collection[str] = ()
    originals: Collection[str] = ()


def reason_to_delete(
    *,
    clear: bool,
    is_stored: bool,
    was_deleted: bool,
    is_served: bool,
    is_original: bool,
    is_kept: Callable[[], Reason | None],
) -> Reason | None:
    """
    Return why an object of the bucket goes, or ``None`` if it stays.

    ``is_stored``: this run saved it, or found it among the sources. ``was_deleted``: a
    project deleted it by name, and did not save it again. ``is_served`` and
    ``is_original``: as in ``KeysInUse``. ``is_kept``: why it stays although nobody
    stores or names it, if there is a reason, which is the outcome then.

    =========  ===========  =========  ===========  =======  =======  =============
    is_stored  was_deleted  is_served  is_original  --clear  is_kept  outcome
    =========  ===========  =========  ===========  =======  =======  =============
    yes                                                               stays
    no                      yes                                       stays
    no         yes          no                                        ``DELETED``
    no         no           no                      no                stays
    no         no           no         yes          yes               stays
    no         no           no         no           yes      yes      the reason
    no         no           no         no           yes      no       ``LEFT_OVER``
    =========  ===========  =========  ===========  =======  =======  =============
    """
    if is_stored or is_served:
        return None
    if was_deleted:
        return Reason.DELETED
    if not clear or is_original:
        return None
    return is_kept() or Reason.LEFT_OVER


def plan_deletions(
    candidates: Iterable[str],
    *,
    prefix: str,
    clear: bool,
    is_stored: Callable[[str], bool],
    deleted: Collection[str],
    in_use: KeysInUse,
    reason_to_keep: Callable[[str], Reason | None] = lambda key: None,
) -> dict[str, Reason]:
    """
    Return why each of the candidates goes, or is kept, in their order by name.

    ``prefix`` is the location: whatever lies outside of it stays, whoever named it.
    """
    reasons = {}
    for key in sorted(candidates):
        reason = reason_to_delete(
            clear=clear,
            is_stored=is_stored(key),
            was_deleted=key in deleted,
            is_served=key in in_use.served,
            is_original=key in in_use.originals,
            is_kept=partial(reason_to_keep, key),
        )
        if reason is not None and key.startswith(prefix):
            reasons[key] = reason
    return reasons
