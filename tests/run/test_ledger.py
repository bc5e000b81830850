"""Objects of which a listing does not tell the bytes, or with what they were sent."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator
from hashlib import md5
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management.base import CommandError
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
    assert "5 objects stay with headers that nobody has noted." in run.stdout


def test_headers_of_one_object_that_nobody_knows_stay(site: Site) -> None:
    site.remove("logo.png")
    site.collect(backend=PLAIN, ledger=False)

    run = site.collect(backend=PLAIN, ledger=True, default_acl="private")

    assert "1 object stays with headers that nobody has noted. To send it once" in (
        run.stdout
    )


def test_headers_that_nobody_knows_are_sent_if_it_is_told_to(
    site: Site, bucket: Bucket
) -> None:
    headers = {"CacheControl": "max-age=1"}
    site.collect(ledger=False)

    run = site.collect(ledger="resend", object_parameters=headers)

    assert len(run.requests.keys()) == 6
    assert bucket.get("logo.png").cache_control == "max-age=1"
    again = site.collect(ledger=True, object_parameters=headers)
    assert again.requests.keys() == []
    assert "nobody" not in again.stdout


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


# A storage that lists nothing has nothing but its ledger to go by.

WRITE_ONLY = pytest.mark.parametrize(
    ("blind", "manifest"),
    [
        ("tests.sites.storages.WriteOnly", []),
        ("tests.sites.storages.WriteOnlyManifest", ["staticfiles.json"]),
    ],
    ids=["plain", "manifest"],
)


def sent_blindly(site: Site, blind: str, **options: Any) -> list[str]:
    run = site.collect(backend=blind, **{"ledger": True, **options})
    assert set(run.requests.counts()) <= {"GetObject", "PutObject"}
    return run.requests.keys()


@WRITE_ONLY
def test_storage_that_lists_nothing_skips_what_it_sent(
    site: Site, bucket: Bucket, blind: str, manifest: list[str]
) -> None:
    cold = sent_blindly(site, blind)
    assert sorted(cold) == bucket.keys()
    assert cold[-1] == LEDGER

    assert sent_blindly(site, blind) == manifest

    site.write({"logo.png": "NEW"})
    changed = sent_blindly(site, blind)
    assert [changed[0], changed[-1]] == [LEDGER, LEDGER]
    assert "logo.png" in changed
    assert "css/base.css" not in changed
    assert bucket.get("logo.png").body == b"NEW"

    headers = {"CacheControl": "max-age=1"}
    sent = sent_blindly(site, blind, ledger="resend")
    assert {*SOURCES, *manifest} <= {*sent}
    sent = sent_blindly(site, blind, object_parameters=headers)
    assert {*SOURCES, *manifest} < {*sent}
    assert sent_blindly(site, blind, object_parameters=headers) == manifest


@WRITE_ONLY
@pytest.mark.parametrize("ledger", ["auto", False])
def test_unless_it_is_told_to_it_sends_everything(
    site: Site, bucket: Bucket, blind: str, manifest: list[str], ledger: object
) -> None:
    for _ in range(2):
        assert sorted(sent_blindly(site, blind, ledger=ledger)) == bucket.keys()
    assert LEDGER not in bucket.objects()


@WRITE_ONLY
def test_ledger_that_may_not_be_read_skips_nothing(
    site: Site, bucket: Bucket, server: S3Server, blind: str, manifest: list[str]
) -> None:
    server.fail("GetObject", status=403, code="AccessDenied")

    for _ in range(2):
        assert sorted(sent_blindly(site, blind)) == bucket.keys()


@WRITE_ONLY
def test_what_a_failed_run_may_have_sent_is_sent_again(
    site: Site, bucket: Bucket, server: S3Server, blind: str, manifest: list[str]
) -> None:
    sent_blindly(site, blind)
    site.write({"logo.png": "NEW"})
    server.fail("PutObject", status=403, code="AccessDenied", key="logo.png")
    with pytest.raises(CommandError):
        sent_blindly(site, blind)
    server.heal()
    site.write({"logo.png": "PNG"})

    assert "logo.png" in sent_blindly(site, blind)


@WRITE_ONLY
def test_what_another_has_sent_meanwhile_is_sent_again(
    site: Site, bucket: Bucket, server: S3Server, blind: str, manifest: list[str]
) -> None:
    def deploy(request: Request) -> None:
        storage = site.storage(blind, ledger=True)
        with storage.staged():
            storage.save("logo.png", ContentFile(b"theirs"))

    server.react(deploy, "PutObject", key="css/base.css", times=1)
    sent_blindly(site, blind)
    bucket.put("logo.png", b"theirs")

    assert "logo.png" in sent_blindly(site, blind)
    assert bucket.get("logo.png").body == b"PNG"
    assert sent_blindly(site, blind) == manifest


def test_what_a_storage_that_lists_does_is_known_to_one_that_does_not(
    site: Site, bucket: Bucket
) -> None:
    site.write({"old.js": "1"})
    site.collect(backend=PLAIN, ledger=True)
    site.remove("old.js")
    site.collect("--clear", backend=PLAIN, ledger=True)
    assert "old.js" not in remembered(bucket)
    site.write({"logo.png": "NEW"})
    site.collect(backend=PLAIN)

    site.write({"old.js": "1", "logo.png": "PNG"})
    sent = sent_blindly(site, "tests.sites.storages.WriteOnly")

    assert {"old.js", "logo.png"} <= {*sent}
    assert bucket.get("old.js").body == b"1"
    assert bucket.get("logo.png").body == b"PNG"


def test_dry_run_of_a_storage_that_lists_nothing(site: Site, bucket: Bucket) -> None:
    blind = "tests.sites.storages.WriteOnly"
    sent_blindly(site, blind)
    site.write({"logo.png": "NEW"})
    before = bucket.objects()

    run = site.collect("--dry-run", backend=blind, ledger=True)

    assert bucket.objects() == before
    assert "Pretending to upload 'logo.png' (changed)" in run.lines
    assert "Pretending to upload 'css/base.css'" not in run.stdout


@pytest.mark.usefixtures("secretive")
def test_it_is_read_while_there_is_something_else_to_do(
    site: Site, server: S3Server
) -> None:
    site.collect(backend=PLAIN, transport="sdk")
    storage = site.storage(PLAIN, transport="sdk")
    server.requests.clear()

    with storage.staged():
        # Nobody has asked the storage for anything.
        wait_for(lambda: server.requests.keys("GetObject") == [LEDGER])

    assert server.requests.keys("GetObject") == [LEDGER]


def wait_for(has_come: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not has_come() and time.monotonic() < end:
        time.sleep(0.01)
