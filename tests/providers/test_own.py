"""A provider that a project brings, and what is said of a wrong one."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError

from faststatic_storages.backends.s3 import S3StaticStorage
from faststatic_storages.providers import (
    MD5,
    Content,
    ObjectInfo,
    Provider,
    provider_for,
)
from faststatic_storages.providers.s3 import S3Provider
from tests.ids import stable_id
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class OwnProvider(S3Provider):
    """Lists what a test tells it to."""

    listed: ClassVar[list[Any]] = []

    def list(self) -> Iterator[ObjectInfo]:
        yield from self.listed


class OwnStorage(S3StaticStorage):
    provider_class = OwnProvider


@pytest.mark.parametrize(
    ("listed", "remedy"),
    [
        ("static/a.txt", "Yield ObjectInfo from faststatic_storages.providers"),
        (ObjectInfo(b"static/a", 0, NOW, None), "Let it be the whole key"),  # type: ignore[arg-type]
        (ObjectInfo("a", 0, NOW, "D" * 32), "Make it an MD5, MultipartMD5"),  # type: ignore[arg-type]
        (ObjectInfo("a", -1, NOW, None), "Let it be a number of bytes"),
        (ObjectInfo("a", "1", NOW, None), "Let it be a number of bytes"),  # type: ignore[arg-type]
        (ObjectInfo("a", 0, datetime(2026, 1, 1), None), "Give an aware datetime"),
        (ObjectInfo("a", 0, None, None), "Give an aware datetime"),  # type: ignore[arg-type]
    ],
    ids=stable_id,
)
def test_listing_of_something_else_is_refused(
    site: Site,
    bucket: Bucket,
    monkeypatch: pytest.MonkeyPatch,
    listed: Any,
    remedy: str,
) -> None:
    site.write({"app.js": "1"})
    monkeypatch.setattr(OwnProvider, "listed", [listed])

    with pytest.raises(CommandError, match=rf"^OwnProvider\.list\(\) .*{remedy}"):
        site.collect(backend=f"{__name__}.OwnStorage")

    assert bucket.keys() == []


def test_listing_beyond_the_location_harms_nobody(
    site: Site, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write({"app.js": "1"})
    keys = ["app.js", "static", "static/", "static-old/app.js", "static/app.js"]
    for key in keys:
        bucket.put(key, b"1")
    digest = MD5("c4ca4238a0b923820dcc509a6f75849b")
    listed = [ObjectInfo(key, 1, NOW, digest) for key in keys]
    monkeypatch.setattr(OwnProvider, "listed", listed)

    run = site.collect("--clear", backend=f"{__name__}.OwnStorage", location="static")

    assert run.sent == "1 object: 0 uploaded, 1 unchanged."
    assert bucket.keys() == sorted(keys)


class SizeProvider(S3Provider):
    """Of a service that tells no digests, where sizes have to do."""

    def is_unchanged(
        self, content: Content, remote: ObjectInfo, *, named_by_content: bool
    ) -> bool:
        return content.size == remote.size


class SizeStorage(S3StaticStorage):
    provider_class = SizeProvider


def test_provider_decides_what_is_unchanged(site: Site, bucket: Bucket) -> None:
    site.write({"same.js": "1", "longer.js": "12"})
    bucket.put("same.js", b"2")
    bucket.put("longer.js", b"2")

    run = site.collect(backend=f"{__name__}.SizeStorage")

    assert run.requests.keys() == ["longer.js"]


@pytest.mark.parametrize(
    ("provider_class", "remedy"),
    [
        ("tests.missing.Provider", "cannot be imported: .* Correct provider_class"),
        (f"{__name__}.Missing", "cannot be imported: .* Correct provider_class"),
        ("Provider", "cannot be imported: .* Correct provider_class"),
        (Provider, "abstract .* Let it be a subclass .* implements its abstract"),
        (lambda: None, "TypeError.* takes nothing but the storage"),
        (str, r"<class 'str'>\. Let it be a subclass of"),
    ],
    ids=stable_id,
)
def test_what_cannot_be_a_provider_is_refused(
    site: Site, provider_class: Any, remedy: str
) -> None:
    storage = site.storage(PLAIN)
    storage.provider_class = provider_class

    with pytest.raises(ImproperlyConfigured, match=remedy) as caught:
        provider_for(storage)

    assert "\n" not in str(caught.value)
    assert "S3StaticStorage" in str(caught.value)


def test_provider_of_another_store_is_refused(site: Site) -> None:
    storage = site.storage(PLAIN)
    storage.provider_class = S3Provider
    del storage.bucket_name

    with pytest.raises(ImproperlyConfigured, match=r"bucket_name.* fits the storage"):
        provider_for(storage)


def test_all_that_a_provider_needs_imports_no_sdk() -> None:
    code = (
        "import sys; from faststatic_storages.providers import *; "
        "print([name for name in ('boto3', 'google.cloud', 'azure', 'obstore') "
        "if name in sys.modules])"
    )
    package = Path(sys.modules["faststatic_storages"].__file__ or "").parents[1]

    output = subprocess.check_output(
        [sys.executable, "-c", code], text=True, env={"PYTHONPATH": str(package)}
    )

    assert re.fullmatch(r"\[\]\n", output)
