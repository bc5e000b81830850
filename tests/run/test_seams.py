"""The less trodden paths: where Django, a project or boto3 can come in between."""

from __future__ import annotations

import gc
import re
import sys
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

import pytest
from botocore.exceptions import ClientError
from django.contrib.staticfiles.management.commands.collectstatic import Command
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.management.base import CommandError
from django.test import override_settings
from werkzeug.wrappers import Response

from faststatic_storages.backends.s3 import S3ManifestStaticStorage, S3StaticStorage
from faststatic_storages.providers import provider_for
from faststatic_storages.run.collectstatic import COMMAND_MODULE
from faststatic_storages.run.listing import Listing
from faststatic_storages.run.opening import log_of
from faststatic_storages.run.sources import Sources
from faststatic_storages.run.written import WrittenFile
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, Site
from tests.sites.storages import Converting, StockConverting

SOURCES = {
    "css/base.css": '@import "parts.css"; b { background: url(../logo.png) }',
    "css/parts.css": "i { background: url(../logo.png) }",
    "logo.png": "PNG",
}
WRITE_ONLY = "tests.sites.storages.WriteOnly"


@pytest.fixture
def site(site: Site) -> Site:
    site.write(SOURCES)
    return site


def test_web_process_imports_nothing_of_the_command(site: Site) -> None:
    code = (
        "import sys; "
        "from django.contrib.staticfiles.storage import staticfiles_storage; "
        "print(staticfiles_storage.exists('x')); "
        "print([name for name in sys.modules if 'commands.collectstatic' in name])"
    )

    process = site.start("shell", "--command", code)
    stdout, stderr = process.communicate(timeout=60)

    assert (process.returncode, stderr) == (0, "")
    assert stdout.splitlines()[-2:] == ["False", "[]"]


@pytest.mark.parametrize("kind", [StockConverting, Converting])
def test_url_converter_of_a_project_has_its_way(
    site: Site, server: S3Server, bucket: Bucket, kind: type
) -> None:
    other = Bucket(server.url, "other")
    for cls, name in ((StockConverting, "other"), (Converting, bucket.name)):
        path = f"{cls.__module__}.{cls.__qualname__}"
        site.collect(backend=path, bucket_name=name)

    assert bucket.objects() == other.objects()
    assert b"converted" in bucket.get(bucket.paths()["css/base.css"]).body


def test_hashing_methods_outside_a_run_are_django_s(site: Site) -> None:
    storage = site.storage()
    storage.save("logo.png", ContentFile(b"PNG"))
    file_hash = storage.file_hash("logo.png", ContentFile(b"PNG"))
    match = re.match(r"(?P<matched>url\((?P<url>.*)\))", "url(../logo.png)")

    with override_settings(STATIC_URL="/static/"):
        converted = storage.url_converter("css/base.css", {})(match)

    assert converted == f'url("../logo.{file_hash}.png")'
    assert storage.file_hash("logo.png") is None


def test_manifest_saved_outside_a_run_is_written_at_once(
    site: Site, bucket: Bucket
) -> None:
    storage = site.storage()
    storage.hashed_files = {"a.css": "a.1.css"}

    storage.save_manifest()

    assert bucket.paths() == {"a.css": "a.1.css"}


def test_gzipped_manifest_is_read(site: Site, bucket: Bucket) -> None:
    options: dict[str, Any] = {
        "gzip": True,
        "gzip_content_types": ("application/json",),
    }
    site.collect(**options)

    assert bucket.get("staticfiles.json").content_encoding == "gzip"
    assert ".png" in site.storage(**options).url("logo.png")
    assert site.collect(**options).requests.keys() == []


def test_profile_that_is_not_there(site: Site) -> None:
    with pytest.raises(CommandError, match=r"ProfileNotFound.*session_profile"):
        site.collect(
            backend=PLAIN, session_profile="nobody", access_key=None, secret_key=None
        )


def test_endpoint_that_is_none(site: Site) -> None:
    with pytest.raises(CommandError, match=r"Check endpoint_url"):
        site.collect(backend=PLAIN, endpoint_url="no scheme")


def test_object_parameters_that_boto3_refuses(site: Site) -> None:
    with pytest.raises(CommandError, match=r"(?s)png.*Correct object_parameters"):
        site.collect(transport="sdk", object_parameters={"CacheControl": 60})


def test_refused_key_of_a_batch_delete_is_named(site: Site, server: S3Server) -> None:
    site.collect()
    (site.sources / "logo.png").rename(site.sources / "brand.png")
    site.write({"css/base.css": "", "css/parts.css": ""})
    body = (
        "<DeleteResult><Error><Key>logo.png</Key><Code>AccessDenied</Code>"
        "<Message>No</Message></Error></DeleteResult>"
    )
    server.react(
        lambda request: Response(body, content_type="application/xml"), "DeleteObjects"
    )

    with pytest.raises(CommandError, match=r"'logo\.png'.*s3:DeleteObject"):
        site.collect("--clear")


def test_clear_without_a_listing_deletes_nothing(site: Site, bucket: Bucket) -> None:
    bucket.put("old.txt")

    run = site.collect("--clear", backend=WRITE_ONLY)

    assert "--clear deletes nothing" in run.stdout
    assert "old.txt" in bucket.objects()


def test_directory_of_a_run_without_a_listing_is_the_bucket_s(
    site: Site, bucket: Bucket
) -> None:
    bucket.put("old.txt")
    storage = site.storage(WRITE_ONLY)

    with storage.staged():
        storage.save("new.txt", ContentFile(b""))
        assert storage.listdir("") == ([], ["old.txt"])


def test_what_a_run_tells_of_files(site: Site, bucket: Bucket) -> None:
    bucket.put("old.txt", b"12")
    storage = site.storage(PLAIN)

    with storage.staged():
        storage.save("new.txt", ContentFile(b"123"))
        assert (storage.size("old.txt"), storage.size("new.txt")) == (2, 3)
        assert storage.get_modified_time("new.txt") >= storage.get_modified_time(
            "old.txt"
        )
        with pytest.raises(FileNotFoundError):
            storage.size("never-was.txt")
        with pytest.raises(ClientError, match="404"):
            storage.get_modified_time("never-was.txt")


def test_file_saved_twice_is_sent_once(site: Site, bucket: Bucket) -> None:
    storage = site.storage(PLAIN, max_staged_memory=0)
    seen = len(site.server.requests)

    with storage.staged():
        storage.save("new.txt", ContentFile(b"1"))
        storage.save("new.txt", ContentFile(b"2"))

    assert [one.operation for one in site.server.requests[seen:]] == [
        "ListObjectsV2",
        "PutObject",
    ]
    assert bucket.get("new.txt").body == b"2"


def test_post_process_in_a_block_is_part_of_it(site: Site, bucket: Bucket) -> None:
    storage = site.storage(MANIFEST)
    sources = FileSystemStorage(site.sources)

    with override_settings(STATIC_URL="/static/"), storage.staged():
        list(storage.post_process({name: (sources, name) for name in SOURCES}))
        storage.save("after.txt", ContentFile(b"!"))

    assert set(bucket.paths()) == set(SOURCES)
    assert bucket.get("after.txt").body == b"!"


def test_source_storage_is_itself_to_a_project(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    storage = FileSystemStorage(tmp_path)
    tracked: Any = Sources(lambda: None).tracked(storage)

    assert tracked.path("a.txt") == storage.path("a.txt")
    with tracked.open("a.txt", "r") as file:
        assert file.read() == "text"
    with tracked.open("a.txt") as file:
        assert file.read() == b"text"
        file.file = BytesIO(b"other")
        assert file.read() == b"other"
    with tracked.open("a.txt"):
        pass


def test_older_name_of_the_s3_backends_collects_as_well(
    site: Site, bucket: Bucket
) -> None:
    site.collect(backend="faststatic_storages.backends.s3boto3.S3ManifestStaticStorage")

    assert "staticfiles.json" in bucket.objects()


def test_log_of_a_command_that_is_gone_says_nothing() -> None:
    said = StringIO()
    command = Command(stdout=said)
    command.verbosity = 1
    log = log_of(command)
    log("There.", 0)

    del command
    gc.collect()
    log("Gone.", 0)

    assert said.getvalue() == "There.\n"


def test_file_that_is_written_is_saved_once() -> None:
    saved: list[bytes] = []
    file = WrittenFile("a.txt", saved.append)
    file.write("text")

    for _ in range(2):
        file.close()

    assert saved == [b"text"]


def test_listing_is_asked_for_once(site: Site, server: S3Server) -> None:
    listing = Listing(provider_for(site.storage(PLAIN)))

    assert listing.objects(()) is listing.objects(())

    assert [request.operation for request in server.requests] == ["ListObjectsV2"]


def test_signed_urls_are_warned_of(site: Site) -> None:
    run = site.collect(backend=PLAIN, querystring_auth=True, custom_domain=None)

    assert "Warning: querystring_auth is True" in run.stdout


def test_block_deletes_though_the_command_was_never_imported(
    site: Site, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put("old.txt")
    monkeypatch.delitem(sys.modules, COMMAND_MODULE)
    storage = site.storage(PLAIN)

    with storage.staged():
        storage.delete("old.txt")

    assert "old.txt" not in bucket.objects()


class ListsWhileItHashes(S3ManifestStaticStorage):
    listed: ClassVar[list[str]] = []

    def post_process(self, *args: Any, **options: Any) -> Any:
        self.listed[:] = self.listdir("")[1]
        yield from super().post_process(*args, **options)


def test_bucket_that_is_being_cleared_is_listed_as_it_will_be(
    site: Site, bucket: Bucket
) -> None:
    bucket.put("old.txt")

    site.collect("--clear", backend=f"{__name__}.ListsWhileItHashes")

    assert ListsWhileItHashes.listed == ["logo.png"]


class RefusesToDelete(S3StaticStorage):
    def delete(self, name: str) -> None:
        raise PermissionError(f"{name} is held.")


def test_delete_of_a_project_that_fails(site: Site, bucket: Bucket) -> None:
    bucket.put("old.txt")

    with pytest.raises(CommandError, match=r"Could not delete .*old\.txt is held"):
        site.collect("--clear", backend=f"{__name__}.RefusesToDelete")

    assert "old.txt" in bucket.objects()


def test_nothing_is_cleared_while_nobody_knows_what_is_in_use(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    site.collect()
    bucket.put("old.txt")
    server.fail("GetObject", status=403, code="AccessDenied")

    with pytest.raises(CommandError, match=r"nobody knows which objects are in use"):
        site.collect("--clear", "--no-post-process")

    assert "old.txt" in bucket.objects()


def test_names_in_place_are_patched_and_given_back(site: Site) -> None:
    site.collect()
    storage = site.storage()
    names = {**storage.hashed_files}

    with mock.patch.object(storage, "hashed_files", {"a.txt": "a.1.txt"}):
        assert storage.hashed_files == {"a.txt": "a.1.txt"}

    assert storage.hashed_files == names
