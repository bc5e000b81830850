"""From the names that Django uses to the keys of objects."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from faststatic_storages.providers.base import Provider
from faststatic_storages.run.place import is_computed, location_of

MAX_REMEMBERED_KEYS = 4096


def remembered_keys(
    provider: Provider, shared: Callable[[str], str]
) -> Callable[[str], str]:
    """
    Return the provider's ``key()``, remembering the last keys.

    A name is asked about a dozen times in a row, and to make it a key takes time.
    ``shared`` returns an equal string, which may be in memory already.
    """

    def key_of(name: str) -> str:
        return shared(provider.key(name))

    if is_computed(provider.storage):
        return KeysOfLocation(provider.storage, key_of)
    return lru_cache(MAX_REMEMBERED_KEYS)(key_of)


class KeysOfLocation:
    """
    The same for as long as the location stays the same.

    That of a multi-tenant project is another one with each tenant.
    """

    def __init__(self, storage: Any, key_of: Callable[[str], str]) -> None:
        self._storage = storage
        self._key = lru_cache(MAX_REMEMBERED_KEYS)(key_of)
        self._location = location_of(self._storage)

    def __call__(self, name: str) -> str:
        """Return the key; raise ``SuspiciousOperation`` outside of the location."""
        if (location := location_of(self._storage)) != self._location:
            self._location = location
            self._key.cache_clear()
        return self._key(name)
