"""Each mistake gets a clear error, which ends with the remedy."""

from __future__ import annotations

import pytest
from botocore.config import Config
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from werkzeug.wrappers import Response

from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, POST_PROCESS_ERRORS, Site

BOTH = pytest.mark.parametrize("backend", [MANIFEST, PLAIN], ids=["manifest", "plain"])


@pytest.fixture
def site(site: Site) -> Site:
    site.write({"app.js": "1"})
    return site


@BOTH
def test_missing_bucket(site: Site, backend: str) -> None:
    with pytest.raises(CommandError, match=r"'absent'.*NoSuchBucket.* Create the buck"):
        site.collect(backend=backend, bucket_name="absent")


@BOTH
@pytest.mark.parametrize("code", ["InvalidAccessKeyId", "SignatureDoesNotMatch"])
def test_refused_credentials(
    site: Site, server: S3Server, backend: str, code: str
) -> None:
    server.fail(status=403, code=code)

    with pytest.raises(CommandError, match=rf"403 {code}.*Check access_key"):
        site.collect(backend=backend)


@BOTH
def test_no_credentials(site: Site, backend: str) -> None:
    with pytest.raises(CommandError, match=r"Unable to locate cred.*Check access_key"):
        site.collect(backend=backend, access_key=None, secret_key=None)


@BOTH
def test_listing_is_not_permitted(site: Site, server: S3Server, backend: str) -> None:
    # Without s3:ListBucket, S3 answers 403 for an object that is missing, too.
    server.fail("ListObjectsV2", status=403, code="AccessDenied")
    server.fail("GetObject", status=403, code="AccessDenied")

    with pytest.raises(CommandError, match=r"s3:ListBucket.*SkipExistsDeleteMixin"):
        site.collect(backend=backend)


@BOTH
@pytest.mark.parametrize("body", ["<html/>", "<html><p>", "<Error/>"])
def test_server_that_is_no_s3(
    site: Site, server: S3Server, backend: str, body: str
) -> None:
    server.react(lambda request: Response(body), "ListObjectsV2")

    with pytest.raises(CommandError, match=r"Could not list.*(Check|again)"):
        site.collect(backend=backend, client_config=Config(retries={"max_attempts": 0}))

    assert not server.requests.keys()


@BOTH
def test_server_that_is_not_there(site: Site, backend: str) -> None:
    with pytest.raises(CommandError, match=r"EndpointConnectionError.*endpoint_url"):
        site.collect(backend=backend, endpoint_url="http://127.0.0.1:9")


@BOTH
@pytest.mark.parametrize("name", [None, ""])
def test_unset_bucket_name(site: Site, backend: str, name: str | None) -> None:
    with pytest.raises(
        (CommandError, ImproperlyConfigured), match=r"bucket_name.*AWS_STORAGE_BUCKET_N"
    ):
        site.collect(backend=backend, bucket_name=name)


@BOTH
def test_boto3_not_installed(site: Site, backend: str) -> None:
    (site.directory / "boto3.py").write_text("raise ImportError('not installed')")

    process = site.start("collectstatic", "--noinput", backend=backend)
    _, stderr = process.communicate(timeout=60)

    assert process.returncode == 1
    assert stderr.splitlines()[-1].startswith("Install boto3: pip install")
    assert "Traceback" not in stderr


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"version": "9"}',
        b'{"version": "1.1", "paths": ["app.js"]}',
    ],
)
def test_corrupt_manifest_is_replaced(
    site: Site, bucket: Bucket, manifest: bytes
) -> None:
    bucket.put("staticfiles.json", manifest)

    run = site.collect()

    assert run.summary == "1 static file copied, 1 post-processed."
    assert list(bucket.paths()) == ["app.js"]


@pytest.mark.parametrize("manifest", [b"{", b"\xff\xfe", b"[]"])
def test_corrupt_manifest_in_a_web_process(
    site: Site, bucket: Bucket, manifest: bytes
) -> None:
    bucket.put("staticfiles.json", manifest)

    storage = site.storage()

    with pytest.raises(ValueError, match=r"staticfiles\.json.*Run collectstatic"):
        storage.url("app.js")


@BOTH
def test_file_overwrite_off(site: Site, bucket: Bucket, backend: str) -> None:
    with pytest.raises(CommandError, match=r'Add "file_overwrite": True to'):
        site.collect(backend=backend, file_overwrite=False)

    assert bucket.keys() == []


@BOTH
@pytest.mark.parametrize("location", ["", "static"])
def test_name_that_escapes_the_location(
    site: Site, bucket: Bucket, backend: str, location: str
) -> None:
    site.dirs = [("../outside", str(site.sources))]

    with pytest.raises(CommandError, match=r"'\.\./outside/app\.js'.*STATICFILES_DIRS"):
        site.collect(backend=backend, location=location)

    assert bucket.keys() == []


@pytest.mark.parametrize("location", ["", "static"])
def test_reference_that_escapes_the_location(
    site: Site, bucket: Bucket, location: str
) -> None:
    site.write({"base.css": "b { background: url(../../../etc/passwd) }"})

    with pytest.raises(POST_PROCESS_ERRORS, match="etc/passwd"):
        site.collect(location=location)

    assert bucket.keys() == []


@BOTH
def test_mistyped_option(site: Site, backend: str) -> None:
    with pytest.raises(CommandError, match="Did you mean 'max_workers'"):
        site.collect(backend=backend, max_worker=4)


@BOTH
def test_no_workers(site: Site, backend: str) -> None:
    with pytest.raises(CommandError, match=r"max_workers is 0.*1 or more"):
        site.collect(backend=backend, max_workers=0)


@BOTH
def test_header_that_the_service_does_not_know(site: Site, backend: str) -> None:
    with pytest.raises(CommandError, match=r"(?s)app\.js: .*object_param"):
        site.collect(backend=backend, object_parameters={"CacheContrl": "no-cache"})
