"""What S3's errors mean to a run, and to the person who deploys."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.config import Config
from django.core.management.base import CommandError

from tests.servers.differences import ANSWERS
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site

ONE_ATTEMPT = Config(retries={"total_max_attempts": 1})


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, ""),
        (503, ""),
        # It comes with 200 at the end of a multipart upload, which botocore makes 500.
        (500, "SlowDown"),
        (500, "TooManyRequests"),
    ],
)
def test_service_that_asks_for_fewer_requests_gets_everything(
    site: Site, server: S3Server, bucket: Bucket, status: int, code: str
) -> None:
    site.write({f"{n}.txt": str(n) for n in range(5)})
    server.fail("PutObject", status=status, code=code, times=1)

    site.collect(backend=PLAIN, transport="sdk", client_config=ONE_ATTEMPT)

    assert len(bucket.keys()) == 5


@pytest.mark.parametrize("status", [429, 503])
def test_service_that_keeps_asking_for_fewer_requests(
    site: Site, server: S3Server, bucket: Bucket, status: int
) -> None:
    site.write({"app.js": "1"})
    server.fail("PutObject", status=status)

    with pytest.raises(CommandError, match=rf"{status}(.|\n)*max_workers"):
        site.collect(backend=PLAIN, transport="sdk", client_config=ONE_ATTEMPT)


@pytest.mark.parametrize(("status", "code"), [(501, ""), (400, "NotImplemented")])
def test_service_without_batches_deletes_one_by_one(
    site: Site, server: S3Server, bucket: Bucket, status: int, code: str
) -> None:
    for key in ("old 1.txt", "old 2.txt"):
        bucket.put(key)
    site.write({"app.js": "1"})
    server.fail("DeleteObjects", status=status, code=code)

    run = site.collect("--clear", backend=PLAIN)

    assert run.requests.keys("DeleteObject") == ["old 1.txt", "old 2.txt"]
    assert bucket.keys() == ["app.js"]


def test_service_without_batches_that_refuses_to_delete(
    site: Site, server: S3Server, bucket: Bucket
) -> None:
    bucket.put("old.txt")
    site.write({"app.js": "1"})
    server.fail("DeleteObjects", status=501, code="NotImplemented")
    server.fail("DeleteObject", status=403, code="AccessDenied")

    with pytest.raises(CommandError, match=r"403 AccessDenied.*s3:DeleteObject"):
        site.collect("--clear", backend=PLAIN)

    assert bucket.keys() == ["app.js", "old.txt"]


def test_bucket_that_demands_a_checksum_gets_it_as_the_error_says(
    site: Site, server: S3Server, bucket: Bucket
) -> None:
    site.write({"app.js": "1"})
    options: dict[str, Any] = {
        "transport": "sdk",
        "client_config": Config(request_checksum_calculation="when_required"),
    }
    [demanding] = [row for row in ANSWERS if row.name == "a checksum is demanded"]
    with server.imitating(demanding.switch()):
        with pytest.raises(CommandError, match=r'to \{"ChecksumAlgorithm": "SHA256"\}'):
            site.collect(backend=PLAIN, **options)

        site.collect(
            backend=PLAIN, object_parameters={"ChecksumAlgorithm": "SHA256"}, **options
        )

    assert bucket.keys() == ["app.js"]


@pytest.mark.parametrize("code", ["PreconditionFailed", "ConditionalRequestConflict"])
def test_object_that_somebody_else_wrote(
    site: Site, server: S3Server, bucket: Bucket, code: str
) -> None:
    site.write({"app.js": "1"})
    server.fail("PutObject", status=412, code=code)

    with pytest.raises(CommandError, match=r"IfNoneMatch .*run the command again"):
        site.collect(backend=PLAIN)


def test_another_invalid_request(site: Site, server: S3Server, bucket: Bucket) -> None:
    site.write({"app.js": "1"})
    server.fail("PutObject", status=400, code="InvalidRequest")

    with pytest.raises(CommandError, match=r"400 InvalidRequest(.|\n)*Cure the cause"):
        site.collect(backend=PLAIN)
