"""What a provider hands over, checked before anything is decided by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from faststatic_storages.providers.base import Provider, ProviderError
from faststatic_storages.sync.digests import Digest
from faststatic_storages.sync.index import ObjectInfo

DIGESTS = (type(None), *get_args(Digest))


def checked_listing(provider: Provider) -> Iterator[ObjectInfo]:
    """
    Yield what ``provider`` lists under its location, and nothing else that it lists.

    Raises ``ProviderError`` for an object that the contract does not allow. Of a
    subclass of ``ObjectInfo``, which may ask for its values when they are needed, the
    key alone is looked at.
    """
    prefix = provider.key("")
    for info in provider.list():
        if fault := _fault_of(info):
            raise ProviderError(
                f"{type(provider).__qualname__}.list() yields what is no description "
                f"of an object: {fault}"
            )
        if info.key.startswith(prefix) and info.key != prefix:
            yield info


def _fault_of(info: Any) -> str | None:
    """Return what is wrong, and what it should be."""
    if not isinstance(info, ObjectInfo):
        return f"{info!r}. Yield ObjectInfo from faststatic_storages.providers."
    key: object = info.key
    if not isinstance(key, str):
        return f"the key {key!r}. Let it be the whole key, a str."
    if type(info) is not ObjectInfo:
        return None
    if not isinstance(info.digest, DIGESTS):
        return (
            f"the digest {info.digest!r} of {info.key!r}. Make it an MD5, MultipartMD5 "
            "or CRC32C of faststatic_storages.providers, or None if it is neither."
        )
    if info.size is not None and (type(info.size) is not int or info.size < 0):
        return f"the size {info.size!r} of {info.key!r}. Let it be a number of bytes."
    if getattr(info.modified, "tzinfo", None) is None:
        return (
            f"the time {info.modified!r} of {info.key!r}. Give an aware datetime, such "
            "as with tzinfo=datetime.UTC."
        )
    return None
