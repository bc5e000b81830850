"""Where a storage keeps its files: that of a tenant is often the thread's."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from faststatic_storages.providers.base import Provider
from faststatic_storages.sync.pool import DaemonThreadPool


def is_computed(storage: Any) -> bool:
    """Return whether the location may be another one each time that it is asked."""
    location = inspect.getattr_static(type(storage), "location", None)
    return hasattr(location, "__get__")


def location_of(storage: Any) -> object:
    return getattr(storage, "location", None)


def is_of_the_thread(storage: Any) -> bool:
    """
    Return whether another thread has another location than this one.

    What knows the tenant, such as a connection to the database, belongs to a thread.
    """
    if not is_computed(storage):
        return False
    pool = DaemonThreadPool(1)
    elsewhere = pool.submit(location_of, storage)
    pool.shutdown(wait=False)
    if elsewhere.exception() is not None:
        return True
    return elsewhere.result() != location_of(storage)


def must_stay_in_the_thread(provider: Provider) -> bool:
    """Return whether ``put()`` in another thread would put into another place."""
    return provider.puts_by_name and is_of_the_thread(provider.storage)


def warnings_of_place(provider: Provider) -> Iterator[str]:
    if must_stay_in_the_thread(provider):
        yield (
            f"location of {type(provider.storage).__qualname__} is another one in each "
            "thread, so its files are saved one after the other. Let it be the same in "
            "all of them to have many at a time."
        )
