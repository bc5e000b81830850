"""Options that are refused: told when the storage is used, in one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.management.base import CommandError

from faststatic_storages.backends.s3 import S3ManifestStaticStorage
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, Site

BOTH = pytest.mark.parametrize("backend", [PLAIN, MANIFEST], ids=["plain", "manifest"])


class Prepared(S3ManifestStaticStorage):
    """Needs, once it is constructed, what a half constructed storage has not."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.names = [*self.hashed_files]


class WithRelease(S3ManifestStaticStorage):
    """Refuses by itself."""

    def __init__(self, *, release: str = "", **options: Any) -> None:
        if not release:
            raise ImproperlyConfigured("There is no release. Set it.")
        super().__init__(**options)


@BOTH
def test_command_names_the_option_that_was_meant(
    site: Site, bucket: Bucket, backend: str
) -> None:
    site.write({"app.js": "1"})

    with pytest.raises(CommandError) as caught:
        site.collect(backend=backend, max_worker=4)

    told = str(caught.value)
    assert told.startswith("'max_worker' is no option of S3")
    assert "Did you mean 'max_workers'? " in told
    assert "max_staged_memory" in told
    assert "\n" not in told
    assert bucket.keys() == []


def test_option_of_django_storages_is_named_as_well(site: Site) -> None:
    with pytest.raises(CommandError, match="Did you mean 'bucket_name'"):
        site.collect(buket_name="other")


@BOTH
@pytest.mark.parametrize(
    "use",
    [
        lambda storage: storage.url("app.js"),
        lambda storage: storage.exists("app.js"),
        lambda storage: storage.open("app.js"),
        lambda storage: storage.save("app.js", ContentFile(b"1")),
        lambda storage: storage.staged().__enter__(),
    ],
    ids=["url", "exists", "open", "save", "staged"],
)
def test_web_process_is_told_at_each_use(
    site: Site, backend: str, use: Callable[[Any], object]
) -> None:
    storage = site.storage(backend, max_worker=4)

    for _ in range(2):
        with pytest.raises(ImproperlyConfigured, match="'max_workers'"):
            use(storage)


def test_constructor_of_the_project_does_not_go_on(site: Site) -> None:
    backend = "tests.run.test_refusal.Prepared"

    with pytest.raises(CommandError, match="Did you mean 'max_workers'"):
        site.collect(backend=backend, max_worker=4)

    assert site.storage(backend, max_workers=4).names == []


def test_refusal_of_the_project_is_told_as_it_is(site: Site) -> None:
    backend = "tests.run.test_refusal.WithRelease"

    with pytest.raises(CommandError, match=r"^There is no release\. Set it\.$"):
        site.collect(backend=backend, bucket_name=site.bucket)

    site.write({"app.js": "1"})
    assert site.collect(backend=backend, release="7").requests.keys()
