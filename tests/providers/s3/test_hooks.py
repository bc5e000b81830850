"""What a project overrides of django-storages' class, below our mixins."""

from __future__ import annotations

import gzip
import threading
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.base import ContentFile, File
from django.core.management.base import CommandError
from storages.backends.s3 import S3ManifestStaticStorage, S3StaticStorage

from faststatic_storages import PreloadMetadataMixin, TwoPassManifestStorage
from faststatic_storages.providers import provider_for
from tests.servers.s3 import Request
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site


class StockSums(S3ManifestStaticStorage):
    """Has the sum of a file in its metadata."""

    def _get_write_parameters(self, name: str, content: Any = None) -> Any:
        parameters = super()._get_write_parameters(name, content)
        assert isinstance(content, File)
        if name.endswith(".json"):
            return parameters
        content.seek(0)
        body = content.read()
        content.seek(0)
        parameters["Metadata"] = {
            "sum": sha256(body).hexdigest(),
            "size": str(content.size),
        }
        return parameters


class Sums(TwoPassManifestStorage, PreloadMetadataMixin, StockSums):
    pass


@pytest.mark.parametrize("gzip", [False, True])
def test_write_parameters_read_the_file(site: Site, bucket: Bucket, gzip: bool) -> None:
    site.write({"a.css": "b { background: url(b.png) }", "b.png": b"b"})
    other = Bucket(site.server.url, "other")

    site.collect(backend=f"{__name__}.Sums", gzip=gzip)
    site.collect(backend=f"{__name__}.StockSums", gzip=gzip, bucket_name="other")

    assert bucket.objects() == other.objects()
    assert bucket.get("b.png").metadata["sum"] == sha256(b"b").hexdigest()


def test_content_type_of_what_is_saved_is_kept(site: Site, bucket: Bucket) -> None:
    storage = site.storage(f"{__name__}.Sums")
    file: Any = ContentFile(b"a", "a.bin")
    file.content_type = "text/x-own"

    with storage.staged():
        storage.save("a.bin", file)

    assert bucket.get("a.bin").content_type == "text/x-own"


class StockBanner(S3StaticStorage):
    """Puts a banner before each script, and says how long it may be cached."""

    object_parameters: dict[str, Any]

    def _save(self, name: str, content: Any) -> str:
        before = self.object_parameters
        self.object_parameters = {"CacheControl": f"max-age={len(name)}"}
        if name.endswith(".js"):
            content = ContentFile(b"/* (c) */" + content.read())
        try:
            saved: str = super()._save(name, content)
            return saved
        finally:
            self.object_parameters = before


class Banner(PreloadMetadataMixin, StockBanner):
    pass


class ParallelBanner(Banner):
    thread_safe = True


@pytest.mark.parametrize("gzip", [False, True])
def test_save_of_the_project_stores_each_file(
    site: Site, bucket: Bucket, gzip: bool
) -> None:
    site.write({"a.js": "1", "css/a.css": "a {}", "b.txt": "b"})
    other = Bucket(site.server.url, "other")
    options: dict[str, Any] = {"gzip": gzip, "location": "static"}

    site.collect(backend=f"{__name__}.Banner", **options)
    site.collect(backend=f"{__name__}.StockBanner", bucket_name="other", **options)
    again = site.collect(backend=f"{__name__}.Banner", **options)

    assert bucket.objects() == other.objects()
    assert decoded(bucket, "static/a.js") == b"/* (c) */1"
    assert bucket.get("static/css/a.css").cache_control == "max-age=9"
    # Of the others the listing shows the bytes.
    assert again.requests.keys() == ["static/a.js"]


def decoded(bucket: Bucket, key: str) -> bytes:
    stored = bucket.get(key)
    is_gzip = stored.content_encoding == "gzip"
    return gzip.decompress(stored.body) if is_gzip else stored.body


def test_save_of_the_project_is_called_one_at_a_time(
    site: Site, bucket: Bucket
) -> None:
    site.write({f"{number}.js": "1" for number in range(8)})

    site.collect(backend=f"{__name__}.Banner", max_workers=4)

    assert site.server.most_at_once == 1
    assert len(bucket.keys()) == 8


def test_save_that_is_safe_is_called_several_times_at_once(
    site: Site, bucket: Bucket
) -> None:
    site.write({f"{number}.js": "1" for number in range(9)})
    pair = threading.Barrier(2)

    def wait_for_another(request: Request) -> None:
        # The first goes alone.
        if len(site.server.requests.keys()) > 1:
            pair.wait(timeout=20)

    site.server.react(wait_for_another, "PutObject")

    site.collect(backend=f"{__name__}.ParallelBanner")

    assert len(bucket.keys()) == 9


class StockRenaming(S3StaticStorage):
    def _save(self, name: str, content: Any) -> str:
        saved: str = super()._save(f"other-{name}", content)
        return saved


class Renaming(PreloadMetadataMixin, StockRenaming):
    pass


def test_save_that_renames_fails_the_run(site: Site) -> None:
    site.write({"a.js": "1"})

    with pytest.raises(CommandError, match=r"a\.js: .*another name, 'other-a\.js'"):
        site.collect(backend=f"{__name__}.Renaming")


def test_save_of_the_project_is_no_obstore(site: Site) -> None:
    with pytest.raises(CommandError, match=r"_save\(\).* get_object_parameters\(\)"):
        site.collect(backend=f"{__name__}.Banner", transport="obstore")


def test_save_of_django_storages_is_not_slowed_down(site: Site) -> None:
    assert provider_for(site.storage(PLAIN)).default_workers > 1
