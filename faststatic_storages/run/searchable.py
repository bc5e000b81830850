"""Lists in which the stock command finds a name without looking through all of them."""

from __future__ import annotations

from functools import wraps
from typing import Any

# The lists that it searches for each file.
SEARCHED = ("copied_files", "unmodified_files")

MANY = 5000
"""
From how many names on a search takes notable time.

With 5,000 files all of them together take 0.1 s, with 25,000 more than a third of an
unchanged run, with 100,000 half of a first one.
"""

CHANGING = (
    *("__delitem__", "__iadd__", "__imul__", "__setitem__", "clear", "extend"),
    *("insert", "pop", "remove"),
)
"""What may change a list, beside ``append()``."""


def keep_searchable(command: Any) -> None:
    """Let a list of the command's that has become long be quick to search."""
    for name in SEARCHED:
        names = getattr(command, name, None)
        if type(names) is list and len(names) >= MANY:
            setattr(command, name, SearchableList(names))


class SearchableList(list[str]):
    """A list that has a set of its items beside it, from the first search on."""

    _items: set[str] | None = None

    def __contains__(self, item: object) -> bool:
        if self._items is None:
            self._items = set(self)
        return item in self._items

    def append(self, item: str) -> None:
        super().append(item)
        if self._items is not None:
            self._items.add(item)


def _forgetting(name: str) -> Any:
    """Return the list's method, after which the set is made anew."""
    method = getattr(list, name)

    @wraps(method)
    def change(self: SearchableList, *args: Any) -> Any:
        self._items = None
        return method(self, *args)

    return change


for _name in CHANGING:
    setattr(SearchableList, _name, _forgetting(_name))
