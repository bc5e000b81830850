"""What hashing remembers of the one file that Django is rewriting."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from faststatic_storages.hashing.lazy import LazySequence
from faststatic_storages.run.run import Run


class Notes:
    """
    Notes on the file at hand: they begin and end with it.

    ``name`` is the file's, ``is_converting`` says that Django's converter is at one of
    its references.
    """

    def __init__(self) -> None:
        self.name = ""
        self.is_converting = False
        self._searched: tuple[str, re.Pattern[str]] | None = None
        self._blocks = LazySequence(list)

    def ignored_blocks(
        self,
        find: Callable[[str, re.Pattern[str]], list[tuple[int, int]]],
        content: str,
        pattern: re.Pattern[str],
    ) -> Sequence[Any]:
        """
        Return what ``find`` finds, when somebody looks at it.

        Django asks before it knows whether the file has any reference at all, and for
        each of its patterns anew.
        """
        if (content, pattern) != self._searched:
            self._searched = content, pattern
            self._blocks = LazySequence(lambda: find(content, pattern))
        return self._blocks


def notes_of(run: Run | None) -> Notes | None:
    """Return the notes on the file at hand, ``None`` where there is none."""
    at_hand = run.sources.at_hand if run is not None else None
    if at_hand is None:
        return None
    if at_hand.notes is None:
        at_hand.notes = Notes()
    notes: Notes = at_hand.notes
    return notes
