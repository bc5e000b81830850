"""What to keep of a listing that cannot but show everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain, islice

from faststatic_storages.run.search import Foreseen, Found
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.stretches import Expected

# So many of somebody else's objects take 10 MB; of a million, it would be a gigabyte.
MANY = 10_000


def sifted(
    objects: Iterable[ObjectInfo], foreseen: Callable[[], Foreseen], location: str
) -> Found:
    """
    Return the objects; of a long listing, if many are others', those that are expected.

    ``foreseen`` is asked where the listing is long. ``location`` is the prefix of all
    keys, about which one may ask as well.
    """
    reading = iter(objects)
    found = {info.key: info for info in islice(reading, MANY)}
    if len(found) < MANY:
        return Found(found, None)
    keys, is_all = foreseen()
    if not is_all:
        found.update((info.key, info) for info in reading)
        return Found(found, None)
    expected = Expected(chain(keys, [location]))
    others: dict[str, ObjectInfo] = {}
    is_whole = True
    for info in chain([found.pop(key) for key in [*found]], reading):
        if info.key in expected:
            found[info.key] = info
        elif is_whole:
            others[info.key] = info
            if len(others) >= MANY:
                is_whole = False
                others.clear()
    found.update(others)
    return Found(found, None if is_whole else expected)
