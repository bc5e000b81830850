"""A project's override above ours, below ours, and over django-storages alone."""

from __future__ import annotations

from functools import cache
from typing import Any

from storages.backends import s3

from faststatic_storages import PreloadMetadataMixin, TwoPassManifestStorage
from faststatic_storages.backends import s3 as ours

# What an override finds behind it with super().
Parent: Any = object

STOCK: dict[str, Any] = {
    "manifest": s3.S3ManifestStaticStorage,
    "plain": s3.S3StaticStorage,
}
OURS: dict[str, Any] = {
    "manifest": ours.S3ManifestStaticStorage,
    "plain": ours.S3StaticStorage,
}
MIXINS: dict[str, tuple[Any, ...]] = {
    "manifest": (TwoPassManifestStorage, PreloadMetadataMixin),
    "plain": (PreloadMetadataMixin,),
}


@cache
def composed(override: Any, where: str, kind: str = "manifest") -> str:
    """Return the path of a storage class with the override at its place."""
    if where == "below":
        bases = (*MIXINS[kind], class_at(composed(override, "stock", kind)))
    else:
        bases = (override, {"above": OURS, "stock": STOCK}[where][kind])
    module = override.__module__.rpartition(".")[2]
    return path_of(type(f"{module}_{override.__qualname__}_{where}_{kind}", bases, {}))


def path_of(cls: Any) -> str:
    """Give a class that was made in a test a path for ``STORAGES``."""
    globals()[cls.__name__] = cls
    return f"{__name__}.{cls.__name__}"


def class_at(path: str) -> Any:
    return globals()[path.rpartition(".")[2]]
