"""A service that is out of order, and settings that let it seem so."""

from __future__ import annotations

import time

import pytest
from django.core.management.base import CommandError

from tests.hostile.figures import Figures
from tests.hostile.looking import look
from tests.hostile.releases import release
from tests.servers.s3 import S3Server
from tests.servers.switches import first_requests, refusing
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, Site

BOTH = pytest.mark.parametrize("backend", [MANIFEST, PLAIN], ids=["manifest", "plain"])


def test_503_for_ever(
    site: Site, bucket: Bucket, server: S3Server, figures: Figures
) -> None:
    site.write(release(1))
    site.collect()
    before = bucket.objects()
    site.write(release(2))
    server.fail("PutObject", status=503, code="SlowDown")

    with figures.timed(), pytest.raises(CommandError) as failure:
        site.collect()

    figures.add()
    assert "503 SlowDown" in str(failure.value)
    assert "max_workers" in str(failure.value)
    assert "The manifest was not replaced" in str(failure.value)
    assert bucket.objects() == before
    assert look(bucket, figures).is_whole


def test_503_for_a_while(
    site: Site, bucket: Bucket, server: S3Server, figures: Figures
) -> None:
    site.write({f"{n}.txt": str(n) for n in range(150)})
    is_early = first_requests(60)

    def start_anew(*_: object) -> None:
        server.most_at_once = 0

    server.react(start_anew, "PutObject", nth=40)
    # Long enough for many to be in the air, however slow the machine is.
    server.react(lambda request: time.sleep(0.04), "PutObject")
    with (
        figures.timed(),
        server.imitating(
            refusing(
                lambda request: request.operation == "PutObject" and is_early(request),
                503,
                "SlowDown",
            )
        ),
    ):
        site.collect(backend=PLAIN, max_workers=16)

    figures.add()
    assert len(bucket.keys()) == 150
    # The service is used again as it was before.
    assert server.most_at_once > 6


@BOTH
def test_clock_that_is_wrong(
    site: Site, server: S3Server, figures: Figures, backend: str
) -> None:
    site.write(release(1))
    server.fail(status=403, code="RequestTimeTooSkewed")

    with figures.timed(), pytest.raises(CommandError, match="set the clock") as failure:
        site.collect(backend=backend)

    figures.add()
    assert "s3:ListBucket" not in str(failure.value)


@BOTH
def test_endpoint_that_contains_the_bucket(
    site: Site, bucket: Bucket, server: S3Server, figures: Figures, backend: str
) -> None:
    site.write(release(1))
    server.fail("ListObjectsV2", status=404, code="NoSuchKey")
    host = server.url.removeprefix("http://127.0.0.1")

    with figures.timed(), pytest.raises(CommandError) as failure:
        site.collect(backend=backend, endpoint_url=f"http://bucket.localhost{host}")

    figures.add()
    assert f"Set it to 'http://localhost{host}'" in str(failure.value)
    assert bucket.keys() == []
