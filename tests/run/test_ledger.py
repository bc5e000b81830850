"""Objects of which a listing does not tell the bytes, or with what they were sent."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from hashlib import md5
from typing import Any

import pytest
from werkzeug.wrappers import Response

from tests.servers import switches
from tests.servers.s3 import Request, S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, Site

SOURCES = {"css/base.css": "b { background: url(../logo.png) }", "logo.png": "PNG"}
LEDGER = "faststatic.ledger"
BOTH = pytest.mark.parametrize(
    ("backend", "objects"), [(MANIFEST, 5), (PLAIN, 2)], ids=["manifest", "plain"]
)


def encrypted(etag: str) -> str:
    """As with SSE-KMS: it looks like an MD5, and is not that of the bytes."""
    return md5(b"key" + etag.encode()).hexdigest()


def opaque(etag: str) -> str:
    """As of a directory bucket."""
    return f"etag-{etag[:8]}"


@pytest.fixture
def site(site: Site) -> Site:
    site.write(SOURCES)
    return site


def says_it_encrypts(request: Request, answer: Callable[[], Response]) -> Response:
    response = answer()
    response.headers["x-amz-server-side-encryption"] = "aws:kms"
    return response


@pytest.fixture(params=[encrypted, opaque], ids=["SSE-KMS", "directory bucket"])
def secretive(request: pytest.FixtureRequest, server: S3Server) -> Iterator[None]:
    with server.imitating(switches.etags(request.param), says_it_encrypts):
        yield


@pytest.mark.usefixtures("secretive")
@BOTH
def test_what_no_listing_proves_is_sent_once(
    site: Site, bucket: Bucket, backend: str, objects: int
) -> None:
    cold = site.collect(backend=backend, transport="sdk")
    assert sorted(cold.requests.keys()) == sorted(bucket.keys())
    assert cold.requests.keys()[-1] == LEDGER

    again = site.collect(backend=backend, transport="sdk")
    assert again.requests.keys() == []
    assert again.requests.keys("GetObject")[-1] == LEDGER
    assert again.sent == f"{objects} objects: 0 uploaded, {objects} unchanged."

    site.write({"logo.png": "NEW"})
    changed = site.collect(backend=backend, transport="sdk")
    assert "logo.png" in changed.requests.keys()  # noqa: SIM118
    assert "css/base.css" not in changed.requests.keys()  # noqa: SIM118
    assert site.collect(backend=backend, transport="sdk").requests.keys() == []


@pytest.mark.usefixtures("secretive")
@pytest.mark.parametrize("content", [b"", b"garbage", None])
def test_lost_ledger_costs_time(
    site: Site, bucket: Bucket, server: S3Server, content: bytes | None
) -> None:
    site.collect(transport="sdk")
    if content is None:
        server.fail("GetObject", status=403, code="AccessDenied", key=LEDGER)
    else:
        bucket.put(LEDGER, content)

    assert len({*site.collect(transport="sdk").requests.keys()}) == 6
    server.heal()
    assert site.collect(transport="sdk").requests.keys() == []


@pytest.mark.usefixtures("secretive")
def test_object_that_somebody_else_wrote_is_sent_again(
    site: Site, bucket: Bucket
) -> None:
    site.collect(transport="sdk")
    bucket.put("logo.png", b"XXX")

    run = site.collect(transport="sdk")

    assert run.requests.keys()[0] == "logo.png"
    assert bucket.get("logo.png").body == b"PNG"


@pytest.mark.usefixtures("secretive")
def test_without_a_ledger_everything_is_sent_each_time(
    site: Site, bucket: Bucket
) -> None:
    site.collect(transport="sdk", ledger=False)

    assert len({*site.collect(transport="sdk", ledger=False).requests.keys()}) == 5
    assert LEDGER not in bucket.objects()


@BOTH
def test_plain_bucket_needs_none(
    site: Site, bucket: Bucket, backend: str, objects: int
) -> None:
    site.collect(backend=backend)

    run = site.collect(backend=backend)

    assert len(bucket.keys()) == objects
    assert LEDGER not in run.requests.keys("GetObject")


@BOTH
@pytest.mark.parametrize("transport", ["sdk", "obstore"])
def test_headers_that_were_changed_are_sent(
    site: Site, bucket: Bucket, backend: str, objects: int, transport: str
) -> None:
    def collect(seconds: int, **options: Any) -> list[str]:
        headers = {"CacheControl": f"max-age={seconds}"}
        return site.collect(
            backend=backend,
            transport=transport,
            ledger=True,
            object_parameters=headers,
            **options,
        ).requests.keys()

    assert len(collect(1)) == objects + 1
    assert collect(1) == []

    assert len(collect(2)) == objects + 1
    assert bucket.get("logo.png").cache_control == "max-age=2"
    assert collect(2) == []

    compressed = collect(2, gzip=True)
    assert {key.rpartition(".")[2] for key in compressed} <= {"css", "json", "ledger"}
    assert "css/base.css" in compressed
    assert collect(2, gzip=True) == []


def test_headers_that_nobody_knows_stay(site: Site, bucket: Bucket) -> None:
    site.collect(ledger=False)

    run = site.collect(ledger=True, object_parameters={"CacheControl": "max-age=1"})

    assert run.requests.keys() == []
    assert bucket.get("logo.png").cache_control is None


@pytest.mark.usefixtures("secretive")
def test_clear_keeps_the_ledger_and_what_is_gone_is_forgotten(
    site: Site, bucket: Bucket
) -> None:
    site.write({"old.js": "1"})
    site.collect(transport="sdk")
    assert "old.js" in remembered(bucket)
    site.remove("old.js")

    site.collect("--clear", transport="sdk")
    site.collect(transport="sdk")

    assert "old.js" not in bucket.objects()
    site.write({"logo.png": "NEW"})
    site.collect(transport="sdk")
    assert {*SOURCES, "staticfiles.json"} < remembered(bucket) <= {*bucket.keys()}
    assert LEDGER in bucket.objects()


def test_encrypted_file_in_parts_is_sent_once(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    site.write({"film.bin": bytes(9 * 2**20)})

    with server.imitating(switches.etags(str), says_it_encrypts):
        site.collect(backend=PLAIN, transport="sdk")
        again = site.collect(backend=PLAIN, transport="sdk")

    assert "film.bin" in remembered(bucket)
    assert again.requests.keys() == []


def remembered(bucket: Bucket) -> set[str]:
    body = json.loads(gzip.decompress(bucket.get(LEDGER).body))
    return {*body["objects"]}


@pytest.mark.usefixtures("secretive")
def test_dry_run_writes_no_ledger(site: Site, bucket: Bucket) -> None:
    run = site.collect("--dry-run", transport="sdk")

    assert bucket.keys() == []
    assert LEDGER not in run.stdout


def test_wrong_value_is_told(site: Site) -> None:
    with pytest.raises(Exception, match=r"ledger is 'on'. Set it to one of 'auto', T"):
        site.collect(ledger="on")
