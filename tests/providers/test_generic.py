"""Any other Django storage: on disk, and one of which only the API is known."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from faststatic_storages import PreloadMetadataMixin
from faststatic_storages.providers import provider_for
from faststatic_storages.sync.content import HeldBytes, SourceFile
from tests.collectstatic.test_parity import SOURCES
from tests.servers.s3 import Request
from tests.sites import generic_storages
from tests.sites.bucket import Bucket
from tests.sites.site import Run, Site

MANIFEST = "tests.sites.generic_storages.LocalManifest"
REMOTE = "tests.sites.generic_storages.RemoteManifest"
ASKED = "tests.sites.generic_storages.LocalAsked"
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


@pytest.mark.parametrize("backend", [MANIFEST, ASKED])
def test_unchanged_files_on_disk_are_not_written(
    site_on_disk: LocalSite, backend: str
) -> None:
    site_on_disk.write(SOURCES)
    site_on_disk.collect(backend=backend)
    before = site_on_disk.inodes()
    site_on_disk.write({"page.html": "new"})

    lines = site_on_disk.collect(backend=backend)

    after = site_on_disk.inodes()
    written = {name for name, inode in after.items() if before.get(name) != inode}
    assert {name.split(".")[0] for name in written} == {"page", "staticfiles"}
    assert lines[-1].startswith("1 static file copied")


def test_file_is_told_with_the_storage_that_took_it(site_on_disk: LocalSite) -> None:
    site_on_disk.write({"a.txt": "a"})

    lines = site_on_disk.collect("--verbosity=3", backend=MANIFEST)

    assert "Uploaded 'a.txt' (new, 1 B, by LocalManifest)" in lines


def test_links_are_django_s_own(site_on_disk: LocalSite) -> None:
    site_on_disk.write({"a.txt": "a"})

    first = site_on_disk.collect("--link")
    second = site_on_disk.collect("--link")

    assert (site_on_disk.root / "a.txt").is_symlink()
    assert len(site_on_disk.files()) == 3
    assert first[-1].startswith("1 static file symlinked")
    assert "1 unmodified" in second[-1]


def test_link_becomes_a_file(site_on_disk: LocalSite) -> None:
    site_on_disk.write({"a.txt": "a"})
    site_on_disk.collect("--link")

    site_on_disk.collect()

    assert not (site_on_disk.root / "a.txt").is_symlink()
    assert site_on_disk.files()["a.txt"] == b"a"


def test_dangling_link_becomes_a_file(site_on_disk: LocalSite) -> None:
    site_on_disk.write({"a.txt": "a"})
    site_on_disk.root.mkdir()
    (site_on_disk.root / "a.txt").symlink_to(site_on_disk.root / "gone.txt")

    site_on_disk.collect()

    assert not (site_on_disk.root / "a.txt").is_symlink()
    assert site_on_disk.files()["a.txt"] == b"a"


def test_clear_on_disk_removes_the_rest(site_on_disk: LocalSite) -> None:
    site_on_disk.write({"a.txt": "a"})
    (site_on_disk.root / "left/behind").mkdir(parents=True)
    (site_on_disk.root / "left/behind/b.txt").touch()

    site_on_disk.collect("--clear", backend="tests.sites.generic_storages.LocalPlain")

    assert site_on_disk.files() == {"a.txt": b"a"}


def test_clear_removes_a_dangling_link(site_on_disk: LocalSite) -> None:
    site_on_disk.write({"a.txt": "a"})
    site_on_disk.root.mkdir()
    (site_on_disk.root / "b.txt").symlink_to(site_on_disk.root / "gone.txt")

    site_on_disk.collect("--clear", backend="tests.sites.generic_storages.LocalPlain")

    assert os.listdir(site_on_disk.root) == ["a.txt"]


class Timeless(PreloadMetadataMixin, StaticFilesStorage):
    """Does not tell when a file was saved, as Django lets a storage do."""

    def get_modified_time(self, name: str) -> Any:
        raise NotImplementedError


def test_clear_removes_what_tells_no_time(site_on_disk: LocalSite) -> None:
    site_on_disk.write({"a.txt": "a"})
    site_on_disk.root.mkdir()
    (site_on_disk.root / "b.txt").touch()

    site_on_disk.collect("--clear", backend=f"{__name__}.Timeless")

    assert site_on_disk.files() == {"a.txt": b"a"}


@pytest.mark.parametrize("backend", [MANIFEST, ASKED])
def test_clear_on_disk_removes_what_only_the_old_manifest_names(
    site_on_disk: LocalSite, backend: str
) -> None:
    site_on_disk.write({"a.txt": "a", "old.txt": "old"})
    site_on_disk.collect(backend=backend)
    (site_on_disk.sources / "old.txt").unlink()

    site_on_disk.collect("--clear", backend=backend)

    names = {name.split(".")[0] for name in site_on_disk.files()}
    assert names == {"a", "staticfiles"}


def test_disk_that_nobody_asks(site_on_disk: LocalSite) -> None:
    backend = "tests.sites.generic_storages.LocalBlind"
    site_on_disk.write({"a.txt": "a"})
    site_on_disk.collect(backend=backend)
    before = site_on_disk.inodes()

    site_on_disk.collect(backend=backend)

    assert before.keys() == site_on_disk.inodes().keys()
    assert before.items().isdisjoint(site_on_disk.inodes().items())


def test_old_file_stays_where_it_cannot_be_replaced(site_on_disk: LocalSite) -> None:
    site_on_disk.write({"a.txt": "a"})
    (site_on_disk.root / "a.txt/in the way").mkdir(parents=True)

    with pytest.raises(CommandError, match=r"a\.txt: IsADirectoryError"):
        site_on_disk.collect(backend="tests.sites.generic_storages.LocalPlain")

    assert os.listdir(site_on_disk.root) == ["a.txt"]


class StockGrowing(StaticFilesStorage):
    """Another program writes to a source while it is copied."""

    def _save(self, name: str, content: Any) -> str:
        with Path(settings.STATICFILES_DIRS[0], "film.bin").open("ab") as source:
            source.write(b"~")
        return super()._save(name, content)  # type: ignore[misc,no-any-return]


class Growing(PreloadMetadataMixin, StockGrowing):
    pass


def test_file_that_changes_while_it_is_copied_leaves_nothing(
    site_on_disk: LocalSite,
) -> None:
    site_on_disk.write({"film.bin": b"x" * 2_000_000})

    with pytest.raises(CommandError, match=r"film\.bin was changed while"):
        site_on_disk.collect(backend=f"{__name__}.Growing")

    assert os.listdir(site_on_disk.root) == []


def test_file_that_changes_is_not_saved_in_half(site: Site, bucket: Bucket) -> None:
    site.write({"first.txt": "1", "film.bin": b"x" * 2_000_000})

    def grow(request: Request) -> None:
        with (site.sources / "film.bin").open("ab") as source:
            source.write(b"~")

    site.server.react(grow, "PutObject")

    with pytest.raises(CommandError, match=r"film\.bin was changed while"):
        site.collect(backend="tests.sites.generic_storages.RemoteParallel")

    assert bucket.keys() == ["first.txt"]


def test_error_of_the_disk_comes_through_as_it_is(site_on_disk: LocalSite) -> None:
    (site_on_disk.root / "staticfiles.json").mkdir(parents=True)

    storage = generic_storages.LocalManifest(site_on_disk.root, base_url="/static/")

    with pytest.raises(IsADirectoryError):
        storage.read_manifest()
    with pytest.raises(IsADirectoryError):
        storage.url("a.txt")


def test_sources_that_do_not_tell_their_size(site_on_disk: LocalSite) -> None:
    site_on_disk.write({"a.txt": "a"})

    with override_settings(
        STATICFILES_FINDERS=["tests.sites.generic_storages.SizelessFinder"]
    ):
        runs = [site_on_disk.collect() for _ in range(2)]

    assert site_on_disk.files()["a.txt"] == b"a"
    assert "1 unmodified" in runs[1][-1]


def test_root_is_not_set(site_on_disk: LocalSite) -> None:
    with pytest.raises(CommandError, match="STATIC_ROOT setting"):
        site_on_disk.collect(root="")


def test_remote_storage_is_sent_one_file_at_a_time(site: Site, bucket: Bucket) -> None:
    files = {f"{number}.txt": "x" for number in range(5)}
    site.write(files)

    run = site.collect(backend=REMOTE)

    assert run.requests.keys() == [*run.requests.keys()[:-1], "staticfiles.json"]
    assert site.server.most_at_once == 1
    assert len(bucket.keys()) == 11
    assert {*bucket.paths()} == {*files}


def changes(run: Run) -> list[tuple[str, str]]:
    """What was sent that changes the bucket, in its order."""
    return [
        (request.operation, request.key)
        for request in run.requests
        if request.operation in ("DeleteObject", "PutObject")
    ]


@pytest.mark.parametrize("overwrites", [True, False])
@pytest.mark.parametrize("kind", ["Manifest", "Unlisted"])
def test_unchanged_remote_files_are_left_alone(
    site: Site, bucket: Bucket, kind: str, overwrites: bool
) -> None:
    backend = f"tests.sites.generic_storages.Remote{kind}"
    site.write({"a/b.css": "b { background: url(c.png) }", "a/c.png": "c"})
    site.date(seconds_from_now=-60)
    site.collect(backend=backend, file_overwrite=overwrites)
    before = bucket.objects()

    run = site.collect(backend=backend, file_overwrite=overwrites)

    assert changes(run) == []
    assert bucket.objects() == before
    assert ", 2 unmodified" in run.summary


def test_object_store_is_not_asked_for_the_digest_of_each_object(
    site: Site, bucket: Bucket
) -> None:
    backend = "tests.sites.generic_storages.ObjectStoreUnlisted"
    site.write({"a.txt": "a"})
    site.collect(backend=backend)

    assert {*site.collect(backend=backend).requests.keys()} >= {"a.txt"}


@pytest.mark.parametrize(
    ("content", "seconds", "is_sent"),
    [("y", 60, True), ("y", -60, False), ("longer", -60, True)],
)
def test_remote_originals_are_compared_as_django_does(
    site: Site, bucket: Bucket, content: str, seconds: int, is_sent: bool
) -> None:
    site.write({"a.txt": "x"})
    site.collect(backend=REMOTE)
    site.write({"a.txt": content})
    site.date(seconds_from_now=seconds)

    site.collect(backend=REMOTE)

    assert bucket.get("a.txt").body == (content if is_sent else "x").encode()
    # The hashed name tells by itself that its bytes are new.
    assert bucket.get(bucket.paths()["a.txt"]).body == content.encode()


@pytest.fixture
def _time_zone_of_django() -> Iterator[None]:
    """Let the process have the time zone that Django gives to it outside of tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", settings.TIME_ZONE)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_time_zone_of_django")
@pytest.mark.parametrize("use_tz", [True, False])
@pytest.mark.parametrize(("seconds", "is_unchanged"), [(0.999, True), (1, False)])
def test_time_of_a_remote_file_counts_to_the_second(
    site: Site, bucket: Bucket, use_tz: bool, seconds: float, is_unchanged: bool
) -> None:
    bucket.put("a.txt", b"a")
    site.write({"a.txt": "b"})
    with override_settings(USE_TZ=use_tz):
        storage = site.storage(REMOTE)
        (remote,) = provider_for(storage).list()
        modified = remote.modified.timestamp() + seconds
        os.utime(site.sources / "a.txt", (modified, modified))

        source = SourceFile(FileSystemStorage(site.sources), "a.txt")

        assert is_unchanged is provider_for(storage).is_unchanged(
            source, remote, named_by_content=False
        )


def test_remote_file_is_replaced_in_place(site: Site, bucket: Bucket) -> None:
    site.write({"a.txt": "a"})
    site.collect(backend=REMOTE)
    site.write({"a.txt": "other"})

    run = site.collect(backend=REMOTE)

    assert "DeleteObject" not in run.requests.counts()
    assert bucket.get("a.txt").body == b"other"


def test_remote_file_is_deleted_just_before_where_it_has_to_be(
    site: Site, bucket: Bucket
) -> None:
    site.write({"a.txt": "a"})
    site.collect(backend=REMOTE, file_overwrite=False)
    site.write({"a.txt": "other", "b.txt": "b"})

    sent = changes(site.collect(backend=REMOTE, file_overwrite=False))

    replaced = ["a.txt", "staticfiles.json"]
    assert [key for operation, key in sent if operation == "DeleteObject"] == replaced
    for key in replaced:
        position = sent.index(("DeleteObject", key))
        assert sent[position + 1] == ("PutObject", key)


def test_storage_may_say_that_it_overwrites(site: Site, bucket: Bucket) -> None:
    backend = "tests.sites.generic_storages.RemoteOverwriting"
    site.write({"a.txt": "a"})
    site.collect(backend=backend, file_overwrite=False)
    site.write({"a.txt": "other"})

    run = site.collect(backend=backend, file_overwrite=False)

    assert run.requests.keys("DeleteObject") == []
    assert bucket.get("a.txt").body == b"other"


def test_names_alone_are_trusted_where_nothing_is_told(
    site: Site, bucket: Bucket
) -> None:
    backend = "tests.sites.generic_storages.RemoteSilent"
    site.write({"a.txt": "a"})
    site.collect(backend=backend)

    assert site.collect(backend=backend).requests.keys() == ["a.txt"]


def test_file_is_sent_where_the_storage_fails_to_tell(
    site: Site, bucket: Bucket
) -> None:
    backend = "tests.sites.generic_storages.RemoteFailing"
    site.write({"a.txt": "a"})
    site.collect(backend=backend)

    assert len(site.collect(backend=backend).requests.keys()) == 3


def test_thread_safe_storage_is_sent_several_at_a_time(
    site: Site, bucket: Bucket
) -> None:
    site.write({f"{number}.txt": "x" for number in range(21)})

    pair = threading.Barrier(2)

    def wait_for_another(request: Request) -> None:
        # The first goes alone.
        if len(site.server.requests.keys()) > 1:
            pair.wait(timeout=20)

    site.server.react(wait_for_another, "PutObject")

    site.collect(backend="tests.sites.generic_storages.RemoteParallel", max_workers=4)

    assert len(bucket.keys()) == 21


def test_listing_of_a_remote_storage_goes_into_directories(
    site: Site, bucket: Bucket
) -> None:
    site.write({"a.txt": "a", "b/c/d.txt": "d"})
    bucket.put("b/left.txt")

    site.collect("--clear", backend="tests.sites.generic_storages.RemoteParallel")

    assert bucket.keys() == ["a.txt", "b/c/d.txt"]
    storage = site.storage("tests.sites.generic_storages.RemoteParallel")
    assert [file.digest for file in provider_for(storage).list()] == [None, None]


def test_storage_without_listing(site: Site, bucket: Bucket) -> None:
    site.write({"a.txt": "a"})

    with pytest.raises(CommandError, match=r"Take PreloadMetadataMixin out of"):
        site.collect(backend="tests.sites.generic_storages.RemoteWithoutListing")
    site.collect(backend="tests.sites.generic_storages.RemoteUnlisted")

    assert len(bucket.keys()) == 3


def test_errors_of_a_remote_storage_are_told(site: Site, bucket: Bucket) -> None:
    storage = site.storage("tests.sites.generic_storages.RemoteParallel")
    provider = provider_for(storage)
    site.server.fail("DeleteObject", status=403, code="AccessDenied")
    site.server.fail("GetObject", status=403, code="AccessDenied")
    bucket.put("a.txt")

    with pytest.raises(Exception, match=r"Could not delete from RemoteParallel: .*Acc"):
        provider.delete(["a.txt"])
    with pytest.raises(ClientError, match="AccessDenied"):
        provider.get("a.txt")
    with pytest.raises(FileNotFoundError):
        provider.get("b.txt")
    assert "Let the user" in str(provider.explain(PermissionError("no"), "upload"))


def test_no_more_threads_save_to_a_storage_that_is_far_away() -> None:
    provider = provider_for(generic_storages.Memory())

    assert provider.far_workers == provider.default_workers


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
        files = {file.key: file for file in provider_for(storage).list()}
        assert {*files} == {"a.txt", "b.txt"}
        assert files["a.txt"].size == 3
        assert files["a.txt"].digest == HeldBytes(b"new").md5
        assert files["b.txt"].modified.tzinfo is not None


def test_storage_that_renames_is_refused() -> None:
    class Renaming(generic_storages.Memory):
        def _save(self, name: str, content: Any) -> str:
            return super()._save(f"other-{name}", content)

    provider = provider_for(Renaming())
    with pytest.raises(OSError, match=r"another name, 'other-a\.txt'"):
        provider.put(provider.upload("a.txt", HeldBytes(b"a")))


@pytest.mark.parametrize("name", ["../a.txt", "/a.txt", ".."])
def test_names_outside_of_any_storage(name: str) -> None:
    with pytest.raises(SuspiciousFileOperation):
        provider_for(generic_storages.Memory()).key(name)
