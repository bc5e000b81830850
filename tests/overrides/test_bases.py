"""The order of bases: one works, and every other is refused when the class is made."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.core.exceptions import ImproperlyConfigured
from storages.backends.s3 import S3ManifestStaticStorage, S3StaticStorage, S3Storage

from faststatic_storages import (
    PreloadMetadataMixin,
    SkipExistsDeleteMixin,
    TwoPassManifestStorage,
)
from faststatic_storages.backends import s3 as ours
from tests.overrides.pair import SOURCES, Pair
from tests.overrides.storages import path_of
from tests.sites.bucket import Bucket
from tests.sites.site import Site


class Override:
    """A project's mixin."""


class Mine(S3StaticStorage):
    """A project's storage."""


class MyMixins(TwoPassManifestStorage, PreloadMetadataMixin):
    """A project's name for what stands above each of its storages."""


def ids(value: object) -> str:
    if not isinstance(value, tuple):
        return "instead"
    places = {"storages": "stock", "faststatic_storages": "ours"}
    return "-".join(
        f"{places.get(base.__module__.partition('.')[0], 'own')}.{base.__name__}"
        for base in value
    )


WRONG: list[tuple[tuple[type, ...], str]] = [
    (
        (S3StaticStorage, PreloadMetadataMixin),
        "PreloadMetadataMixin, S3StaticStorage",
    ),
    (
        (S3StaticStorage, SkipExistsDeleteMixin),
        "SkipExistsDeleteMixin, S3StaticStorage",
    ),
    (
        (S3StaticStorage, TwoPassManifestStorage),
        "TwoPassManifestStorage, S3StaticStorage",
    ),
    (
        (ours.S3StaticStorage, TwoPassManifestStorage),
        "TwoPassManifestStorage, S3StaticStorage",
    ),
    (
        (Mine, PreloadMetadataMixin),
        "PreloadMetadataMixin, Mine",
    ),
    (
        (PreloadMetadataMixin, TwoPassManifestStorage, S3StaticStorage),
        "TwoPassManifestStorage, PreloadMetadataMixin, S3StaticStorage",
    ),
    (
        (SkipExistsDeleteMixin, TwoPassManifestStorage, S3StaticStorage),
        "TwoPassManifestStorage, SkipExistsDeleteMixin, S3StaticStorage",
    ),
    (
        (TwoPassManifestStorage, S3StaticStorage, PreloadMetadataMixin),
        "TwoPassManifestStorage, PreloadMetadataMixin, S3StaticStorage",
    ),
    (
        (S3StaticStorage, TwoPassManifestStorage, PreloadMetadataMixin),
        "TwoPassManifestStorage, PreloadMetadataMixin, S3StaticStorage",
    ),
    (
        (PreloadMetadataMixin, S3StaticStorage, TwoPassManifestStorage),
        "TwoPassManifestStorage, PreloadMetadataMixin, S3StaticStorage",
    ),
    (
        (S3StaticStorage, MyMixins),
        "MyMixins, S3StaticStorage",
    ),
    (
        (Override, S3StaticStorage, PreloadMetadataMixin),
        "Override, PreloadMetadataMixin, S3StaticStorage",
    ),
]


@pytest.mark.parametrize(("bases", "instead"), WRONG, ids=ids)
def test_wrong_order_is_refused_with_the_line_to_write(
    bases: tuple[type, ...], instead: str
) -> None:
    line = re.escape(f"class Storage({instead})")

    with pytest.raises((ImproperlyConfigured, TypeError), match=line):
        type("Storage", bases, {})


@pytest.mark.parametrize(
    "bases",
    [
        (PreloadMetadataMixin, SkipExistsDeleteMixin, S3StaticStorage),
        (SkipExistsDeleteMixin, PreloadMetadataMixin, S3StaticStorage),
        (
            TwoPassManifestStorage,
            PreloadMetadataMixin,
            SkipExistsDeleteMixin,
            S3StaticStorage,
        ),
        (SkipExistsDeleteMixin, ours.S3StaticStorage),
        (SkipExistsDeleteMixin, ours.S3ManifestStaticStorage),
    ],
    ids=ids,
)
def test_one_that_lists_and_one_that_may_not_are_refused_together(
    bases: tuple[type, ...],
) -> None:
    told = r"(?s)(?=.*PreloadMetadataMixin)(?=.*SkipExistsDeleteMixin).*class Storage\("

    with pytest.raises((ImproperlyConfigured, TypeError), match=told):
        type("Storage", bases, {})


RIGHT: list[tuple[type, ...]] = [
    (PreloadMetadataMixin, S3StaticStorage),
    (PreloadMetadataMixin, S3Storage),
    (SkipExistsDeleteMixin, S3StaticStorage),
    (TwoPassManifestStorage, S3StaticStorage),
    (TwoPassManifestStorage, S3ManifestStaticStorage),
    (TwoPassManifestStorage, PreloadMetadataMixin, S3StaticStorage),
    (TwoPassManifestStorage, PreloadMetadataMixin, S3ManifestStaticStorage),
    (TwoPassManifestStorage, PreloadMetadataMixin, Mine),
    (TwoPassManifestStorage, SkipExistsDeleteMixin, S3StaticStorage),
    (TwoPassManifestStorage, ours.S3StaticStorage),
    (TwoPassManifestStorage, PreloadMetadataMixin, ManifestFilesMixin, S3StaticStorage),
    (Override, TwoPassManifestStorage, PreloadMetadataMixin, S3StaticStorage),
    (Override, ours.S3StaticStorage),
    (Override, ours.S3ManifestStaticStorage),
    (MyMixins, S3StaticStorage),
]


@pytest.mark.parametrize("bases", RIGHT, ids=ids)
def test_right_order_works(pair: Pair, bases: tuple[type, ...]) -> None:
    cls: Any = type("Right_" + re.sub(r"\W+", "_", ids(bases)), bases, {})

    run = pair.site.collect(backend=path_of(cls))

    assert run.summary.startswith("3 static files copied")
    keys = {*pair.bucket.keys()}
    assert keys >= {*SOURCES}
    assert ("staticfiles.json" in keys) == issubclass(cls, ManifestFilesMixin)


def test_class_that_is_swapped_at_run_time(site: Site, bucket: Bucket) -> None:
    """As debugging tools do, to see which files a page asks for."""
    storage = site.storage(path_of(type("Swapped", (ours.S3StaticStorage,), {})))
    bucket.put("app.js", b"1")

    storage.__class__ = type("Seen", (Override, type(storage)), {})

    assert storage.url("app.js") == "https://static.example.com/app.js"
    assert storage.exists("app.js")
