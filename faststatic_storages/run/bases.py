"""The order of a storage's bases: the one that works, and a refusal of all others."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from django.core.files.storage import Storage

from faststatic_storages.providers.misconfigured import Misconfigured, Problem

RANK = "mixin_rank"
"""Where a mixin of ours says its place: the lower, the further left."""


def refuse_wrong_order(cls: type, root: type) -> None:
    """
    Raise ``ImproperlyConfigured`` where a mixin stands behind what it has to precede.

    ``root`` is what all of ours inherit. Mixins of the same rank are alternatives.
    """
    order = cls.__mro__
    ours = [base for base in order if RANK in vars(base)]
    foreign = [
        base
        for base in order
        if issubclass(base, Storage) and base is not Storage
        if not issubclass(base, root)
    ]
    for left, right in pairwise(ours):
        if vars(left)[RANK] == vars(right)[RANK]:
            rest = [base for base in cls.__bases__ if base is not right]
            raise Misconfigured(
                Problem.BASES,
                f"{cls.__qualname__} inherits {left.__name__} and {right.__name__}, of "
                "which each answers the same questions in another way.",
                f"Leave one out: {line_of(cls, rest)}",
            )
    ranks = [vars(base)[RANK] for base in ours]
    is_behind = ours and foreign and order.index(ours[-1]) > order.index(foreign[0])
    if is_behind or ranks != sorted(ranks):
        raise Misconfigured(
            Problem.BASES,
            f"The bases of {cls.__qualname__} are in an order that cannot work: "
            "TwoPassManifestStorage comes before PreloadMetadataMixin or "
            "SkipExistsDeleteMixin, and both before the storage that they act on.",
            f"Write: {line_of(cls, in_order(cls.__bases__, root))}",
        )


def line_of(cls: type, bases: Iterable[type]) -> str:
    return f"class {cls.__name__}({', '.join(base.__name__ for base in bases)}): ..."


def in_order(bases: tuple[type, ...], root: type) -> list[type]:
    """Return direct bases in the order that works; a project's mixins stay in place."""
    first_of_ours = min(
        (n for n, base in enumerate(bases) if issubclass(base, root)), default=0
    )

    def place(base: type) -> tuple[int, int]:
        if issubclass(base, Storage):
            return 3, 0
        if issubclass(base, root):
            ranks = [vars(mixin)[RANK] for mixin in base.__mro__ if RANK in vars(mixin)]
            return 1, min(ranks, default=0)
        return (0 if bases.index(base) < first_of_ours else 2), 0

    return sorted(bases, key=place)
