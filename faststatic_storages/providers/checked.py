"""What a provider hands over, checked before anything is decided by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
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
        _check(provider, info)
        if info.key.startswith(prefix) and info.key != prefix:
            yield info


def checked_page(provider: Provider, objects: Iterable[ObjectInfo]) -> list[ObjectInfo]:
    """Return the same of a page."""
    prefix = provider.key("")
    for info in objects:
        if not _is_plain(info):
            _check(provider, info)
    return [
        info for info in objects if info.key.startswith(prefix) and info.key != prefix
    ]


def searches(provider: Provider) -> bool:
    """Return whether ``pages()`` is there, and lists what ``list()`` does."""
    classes = type(provider).__mro__
    pages, lists = (
        next(number for number, cls in enumerate(classes) if name in vars(cls))
        for name in ("pages", "list")
    )
    # A project may have its own list() over a provider of ours.
    return provider.lists_in_order and pages <= lists


def _check(provider: Provider, info: Any) -> None:
    if fault := _fault_of(info):
        raise ProviderError(
            f"{type(provider).__qualname__}.list() yields what is no description of an "
            f"object: {fault}"
        )


def _is_plain(info: Any) -> bool:
    """Return whether nothing is wrong, for nearly all, in the least time."""
    return (
        type(info) is ObjectInfo
        and type(info.key) is str
        and type(info.size) is int
        and info.size >= 0
        and type(info.digest) in DIGESTS
        and type(info.modified) is datetime
        and info.modified.tzinfo is not None
    )


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
