"""A source that changes while it is collected is never stored under its old hash."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management.base import CommandError

from faststatic_storages.backends.s3 import S3ManifestStaticStorage
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site


def replace(path: Path) -> None:
    """Change it such that neither size nor time tell."""
    old, data = path.stat(), path.read_bytes()
    path.write_bytes(data[:-1] + b"~")
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))


def shrink(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"~")


CHANGES: dict[str, Callable[[Path], None]] = {
    "replaced": replace,
    "shrunk": shrink,
    "grown": grow,
    "removed": Path.unlink,
}
SIZES = {"in memory": 1000, "streamed": 300_000, "in parts": 9_000_000}
changes = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
sizes = pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
TOLD = (
    r"file\.bin (was changed while it was collected|cannot be read any more \(.*\))\."
    r"\nRun the command again when nothing else writes"
)


def wrong_names(bodies: Iterable[tuple[str, bytes]]) -> list[str]:
    """Return the hashed names whose bytes hash otherwise."""
    return [
        key
        for key, body in bodies
        if (found := re.search(r"\.([0-9a-f]{12})\.", key))
        and hashlib.md5(body).hexdigest()[:12] != found[1]
    ]


@changes
@sizes
@pytest.mark.parametrize("transport", ["auto", "sdk"])
def test_changed_source_fails_the_run_by_name(
    site: Site,
    bucket: Bucket,
    server: S3Server,
    change: Callable[[Path], None],
    size: int,
    transport: str,
) -> None:
    path = site.sources / "file.bin"
    site.write({"first.txt": "1", "file.bin": b"x" * size})
    server.react(lambda request: change(path), "PutObject", nth=1)

    with pytest.raises(CommandError, match=TOLD) as caught:
        site.collect(transport=transport)

    assert "The manifest was not replaced" in str(caught.value)
    stored = bucket.objects()
    assert "staticfiles.json" not in stored
    assert not wrong_names((key, one.body) for key, one in stored.items())
    assert not bucket.client.list_multipart_uploads(Bucket=bucket.name).get("Uploads")

    server.heal()
    site.collect(transport=transport)

    assert "first.txt" in bucket.paths()


@sizes
def test_file_that_grows_is_not_stored_in_half(
    site: Site, bucket: Bucket, server: S3Server, size: int
) -> None:
    """Nobody has digested it, and only its size tells."""
    path = site.directory / "second/file.bin"
    path.parent.mkdir()
    path.write_bytes(b"x" * size)
    site.dirs.append(str(path.parent))
    site.write({"first.txt": "1"})
    server.react(lambda request: grow(path), "PutObject", nth=1)

    with pytest.raises(CommandError, match=TOLD):
        site.collect(backend=PLAIN)

    assert bucket.keys() == ["first.txt"]


@changes
def test_changed_source_is_not_compressed(
    site: Site, bucket: Bucket, server: S3Server, change: Callable[[Path], None]
) -> None:
    path = site.sources / "file.bin.css"
    site.write({"first.txt": "1", path.name: "p { }" * 100})
    server.react(lambda request: change(path), "PutObject", nth=1)

    with pytest.raises(CommandError, match=r"file\.bin\.css (was|cannot)"):
        site.collect(gzip=True)

    assert "staticfiles.json" not in bucket.objects()


class Vanishing(S3ManifestStaticStorage):
    """Another program removes a source while the others are hashed."""

    def post_process(self, paths: Any, *args: Any, **options: Any) -> Any:
        for storage, path in paths.values():
            os.unlink(storage.path(path))
        yield from super().post_process(paths, *args, **options)


@pytest.mark.parametrize("name", ["file.bin", "file.css"])
def test_source_that_vanishes_before_it_is_hashed(
    site: Site, bucket: Bucket, name: str
) -> None:
    site.write({name: "p { }"})

    with pytest.raises(CommandError) as caught:
        site.collect(backend=f"{__name__}.Vanishing")

    assert str(caught.value).startswith(
        f"{name} cannot be read any more (FileNotFoundError: "
    )
    assert "The manifest was not replaced" in str(caught.value)
    assert bucket.keys() == []


class VanishingWhenAsked(S3ManifestStaticStorage):
    """Another program removes a source when the command asks if it is there."""

    def exists(self, name: str) -> bool:
        for directory in settings.STATICFILES_DIRS:
            Path(directory, name).unlink(missing_ok=True)
        return super().exists(name)


def test_source_that_vanishes_before_it_is_compared(site: Site, bucket: Bucket) -> None:
    site.write({"file.bin": "1"})
    site.collect()
    before = bucket.objects()

    with pytest.raises(CommandError, match=r"^file\.bin cannot be read any more"):
        site.collect(backend=f"{__name__}.VanishingWhenAsked")

    assert bucket.objects() == before


class HashedByLength(S3ManifestStaticStorage):
    """Names files by something else than their MD5."""

    def file_hash(self, name: str, content: Any = None) -> Any:
        return None if content is None else format(len(content.read()), "012x")


@pytest.mark.parametrize("size", [1000, 5_000_000])
def test_changed_source_with_a_hash_of_the_project(
    site: Site, bucket: Bucket, server: S3Server, size: int
) -> None:
    path = site.sources / "file.bin"
    site.write({"first.txt": "1", "file.bin": b"x" * size})
    server.react(lambda request: replace(path), "PutObject", nth=1)

    with pytest.raises(CommandError, match=TOLD):
        site.collect(backend=f"{__name__}.HashedByLength")

    assert "staticfiles.json" not in bucket.objects()
