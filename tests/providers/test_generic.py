"""Any other Django storage: on disk, and one of which only the API is known."""

from __future__ import annotations

import os
import threading
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from faststatic_storages.sync.content import HeldBytes
from tests.collectstatic.test_parity import SOURCES
from tests.servers.s3 import Request
from tests.sites import generic_storages
from tests.sites.bucket import Bucket
from tests.sites.site import Site

MANIFEST = "tests.sites.generic_storages.LocalManifest"
STOCK_MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


class LocalSite:
    def __init__(self, directory: Path) -> None:
        self.sources = directory / "static"
        self.sources.mkdir()
        self.root = directory / "root"

    def write(self, files: dict[str, Any]) -> None:
        for name, content in files.items():
            path = self.sources / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def collect(
        self, *arguments: str, backend: str = MANIFEST, root: str | Path | None = None
    ) -> list[str]:
        stdout = StringIO()
        with override_settings(
            INSTALLED_APPS=["django.contrib.staticfiles"],
            STATIC_URL="/static/",
            STATIC_ROOT=self.root if root is None else root,
            STATICFILES_DIRS=[self.sources],
            STORAGES={"staticfiles": {"BACKEND": backend}},
        ):
            call_command("collectstatic", "--noinput", *arguments, stdout=stdout)
        return [line for line in stdout.getvalue().splitlines() if line]

    def files(self, root: Path | None = None) -> dict[str, bytes]:
        root = root or self.root
        return {
            str(path.relative_to(root)): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file()
        }

    def inodes(self) -> dict[str, int]:
        """A file that was written again is another one."""
        return {name: (self.root / name).stat().st_ino for name in self.files()}


@pytest.fixture
def site_on_disk(tmp_path: Path) -> LocalSite:
    return LocalSite(tmp_path)


def test_obstore_is_for_object_stores(site_on_disk: LocalSite) -> None:
    with pytest.raises(CommandError, match=r'"obstore" does not serve .* to "auto"'):
        site_on_disk.collect(backend="tests.sites.generic_storages.LocalThroughObstore")


def test_directory_is_as_django_leaves_it(
    site_on_disk: LocalSite, tmp_path: Path
) -> None:
    site_on_disk.write(SOURCES)

    site_on_disk.collect()
    site_on_disk.collect(backend=STOCK_MANIFEST, root=tmp_path / "stock")

    assert site_on_disk.files() == site_on_disk.files(tmp_path / "stock")


def test_unchanged_files_on_disk_are_not_written(site_on_disk: LocalSite) -> None:
    site_on_disk.write(SOURCES)
    site_on_disk.collect()
    before = site_on_disk.inodes()
    site_on_disk.write({"page.html": "new"})

    lines = site_on_disk.collect()

    after = site_on_disk.inodes()
    written = {name for name, inode in after.items() if before.get(name) != inode}
    assert {name.split(".")[0] for name in written} == {"page", "staticfiles"}
    assert lines[-1].startswith("1 static file copied")


def test_links_are_django_s_own(site_on_disk: LocalSite) -> None:
    site_on_disk.write({"a.txt": "a"})

    site_on_disk.collect("--link")
    site_on_disk.collect("--link")

    assert (site_on_disk.root / "a.txt").is_symlink()
    assert len(site_on_disk.files()) == 3


def test_clear_on_disk_removes_the_rest(site_on_disk: LocalSite) -> None:
    site_on_disk.write({"a.txt": "a"})
    (site_on_disk.root / "left/behind").mkdir(parents=True)
    (site_on_disk.root / "left/behind/b.txt").touch()

    site_on_disk.collect("--clear", backend="tests.sites.generic_storages.LocalPlain")

    assert site_on_disk.files() == {"a.txt": b"a"}


def test_disk_that_nobody_asks(site_on_disk: LocalSite) -> None:
    site_on_disk.write({"a.txt": "a"})

    for _ in range(2):
        site_on_disk.collect(backend="tests.sites.generic_storages.LocalBlind")

    assert len(site_on_disk.files()) == 3


def test_old_file_stays_where_it_cannot_be_replaced(site_on_disk: LocalSite) -> None:
    site_on_disk.write({"a.txt": "a"})
    (site_on_disk.root / "a.txt/in the way").mkdir(parents=True)

    with pytest.raises(CommandError, match=r"a\.txt: IsADirectoryError"):
        site_on_disk.collect(backend="tests.sites.generic_storages.LocalPlain")

    assert os.listdir(site_on_disk.root) == ["a.txt"]


def test_root_is_not_set(site_on_disk: LocalSite) -> None:
    with pytest.raises(CommandError, match="STATIC_ROOT setting"):
        site_on_disk.collect(root="")


def test_remote_storage_is_sent_everything_one_at_a_time(
    site: Site, bucket: Bucket
) -> None:
    files = {f"{number}.txt": "x" for number in range(5)}
    site.write(files)
    site.collect(backend="tests.sites.generic_storages.RemoteManifest")

    run = site.collect(backend="tests.sites.generic_storages.RemoteManifest")

    assert run.requests.keys() == [*run.requests.keys()[:-1], "staticfiles.json"]
    assert site.server.most_at_once == 1
    assert len(bucket.keys()) == 11
    assert {*bucket.paths()} == {*files}


def test_thread_safe_storage_is_sent_several_at_a_time(
    site: Site, bucket: Bucket
) -> None:
    site.write({f"{number}.txt": "x" for number in range(20)})

    pair = threading.Barrier(2)

    def wait_for_another(request: Request) -> None:
        pair.wait(timeout=20)

    site.server.react(wait_for_another, "PutObject")

    site.collect(backend="tests.sites.generic_storages.RemoteParallel", max_workers=4)

    assert len(bucket.keys()) == 20


def test_listing_of_a_remote_storage_goes_into_directories(
    site: Site, bucket: Bucket
) -> None:
    site.write({"a.txt": "a", "b/c/d.txt": "d"})
    bucket.put("b/left.txt")

    site.collect("--clear", backend="tests.sites.generic_storages.RemoteParallel")

    assert bucket.keys() == ["a.txt", "b/c/d.txt"]
    storage = site.storage("tests.sites.generic_storages.RemoteParallel")
    assert [file.digest for file in storage._provider.list()] == [None, None]


def test_storage_without_listing(site: Site, bucket: Bucket) -> None:
    site.write({"a.txt": "a"})

    with pytest.raises(CommandError, match=r"Take PreloadMetadataMixin out of"):
        site.collect(backend="tests.sites.generic_storages.RemoteWithoutListing")
    site.collect(backend="tests.sites.generic_storages.RemoteUnlisted")

    assert len(bucket.keys()) == 3


def test_errors_of_a_remote_storage_are_told(site: Site, bucket: Bucket) -> None:
    storage = site.storage("tests.sites.generic_storages.RemoteParallel")
    provider = storage._provider
    site.server.fail("DeleteObject", status=403, code="AccessDenied")
    site.server.fail("GetObject", status=403, code="AccessDenied")
    bucket.put("a.txt")

    with pytest.raises(Exception, match=r"Could not delete from RemoteParallel: .*Acc"):
        provider.delete(["a.txt"])
    with pytest.raises(Exception, match=r"Could not read RemoteParallel: .*Acc"):
        provider.get("a.txt")
    with pytest.raises(FileNotFoundError):
        provider.get("b.txt")
    assert "Let the user" in str(provider.explain(PermissionError("no"), "upload"))


@pytest.mark.parametrize("use_tz", [True, False])
def test_storage_that_does_not_overwrite(use_tz: bool) -> None:
    with override_settings(USE_TZ=use_tz):
        storage = generic_storages.Memory()
        storage.save("a.txt", ContentFile(b"old"))
        with storage.staged():
            storage.delete("a.txt")
            storage.save("a.txt", ContentFile(b"new"))
            storage.save("b.txt", ContentFile(b"b"))

        with storage.open("a.txt") as file:
            assert file.read() == b"new"
        files = {file.key: file for file in storage._provider.list()}
        assert {*files} == {"a.txt", "b.txt"}
        assert files["a.txt"].size == 3
        assert files["a.txt"].digest == HeldBytes(b"new").md5
        assert files["b.txt"].modified.tzinfo is not None


def test_storage_that_renames_is_refused() -> None:
    class Renaming(generic_storages.Memory):
        def _save(self, name: str, content: Any) -> str:
            return super()._save(f"other-{name}", content)

    provider = Renaming()._provider
    with pytest.raises(OSError, match=r"another name, 'other-a\.txt'"):
        provider.put(provider.upload("a.txt", HeldBytes(b"a")))


@pytest.mark.parametrize("name", ["../a.txt", "/a.txt", ".."])
def test_names_outside_of_any_storage(name: str) -> None:
    with pytest.raises(SuspiciousFileOperation):
        generic_storages.Memory()._provider.key(name)
