"""Whatever an object is to be told, obstore sends the headers that boto3 sends."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.wrappers import Response

from faststatic_storages.providers import provider_for
from faststatic_storages.sync.content import HeldBytes
from tests.ids import stable_id
from tests.providers.s3.test_replies import headers
from tests.servers.recording import Request
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site

WHEN = datetime(2031, 1, 1, tzinfo=UTC)
KMS = {
    "ServerSideEncryption": "aws:kms",
    "SSEKMSKeyId": "arn:aws:kms:eu-west-1:123456789012:key/1",
    "SSEKMSEncryptionContext": "eyJzaXRlIjogIjEifQ==",
    "BucketKeyEnabled": True,
}
PARAMETERS: list[dict[str, Any]] = [
    {"ACL": "public-read"},
    {"GrantRead": 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'},
    {"ServerSideEncryption": "AES256"},
    KMS,
    {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32},
    {"Expires": WHEN},
    {"Expires": "Wed, 01 Jan 2031 00:00:00 GMT"},
    {"WebsiteRedirectLocation": "/else where"},
    {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": WHEN},
    {"ObjectLockLegalHoldStatus": "ON"},
    {"RequestPayer": "requester"},
    {"ExpectedBucketOwner": "123456789012"},
    {"IfNoneMatch": "*"},
    {"ChecksumAlgorithm": "SHA256"},
    {
        "ACL": "private",
        "CacheControl": "max-age=60, public",
        "ContentDisposition": 'inline; filename="x"',
        "ContentEncoding": "br",
        "ContentLanguage": "de",
        "Metadata": {"release": "5f2a"},
        "StorageClass": "STANDARD_IA",
    },
]
# Of one request, of its sender, or of a checksum that is boto3's default.
NOT_COMPARED = re.compile(
    r"accept.*|amz-sdk-.*|authorization|connection|expect|user-agent|"
    r"x-amz-(date|checksum-crc32|sdk-checksum-algorithm)"
)


def compared(request: Request) -> dict[str, str]:
    return {
        name.lower(): value
        for name, value in request.headers.items()
        if NOT_COMPARED.fullmatch(name.lower()) is None
    }


@pytest.mark.parametrize("parameters", PARAMETERS, ids=stable_id)
def test_both_transports_send_the_same_headers(
    site: Site, server: S3Server, bucket: Bucket, parameters: dict[str, Any]
) -> None:
    etag = hashlib.md5(b"p {}", usedforsecurity=False).hexdigest()
    server.react(lambda request: Response(headers={"ETag": f'"{etag}"'}), "PutObject")
    for transport in ("sdk", "obstore"):
        provider = provider_for(
            site.storage(PLAIN, transport=transport, object_parameters=parameters)
        )
        provider.check()
        key = f"{transport}.css"
        provider.put(provider.upload(key, HeldBytes(b"p {}")))

    by_sdk, by_obstore = server.requests.of("PutObject")
    assert "object_store" in by_obstore.headers["User-Agent"]
    assert compared(by_obstore) == compared(by_sdk)
    signed = re.search(r"SignedHeaders=(\S+),", by_obstore.headers["Authorization"])
    assert signed is not None
    assert {name for name in compared(by_obstore) if name.startswith("x-amz")} <= {
        *signed[1].split(";")
    }


@pytest.mark.parametrize("parameters", [KMS, PARAMETERS[4]], ids=["KMS", "SSE-C"])
def test_etag_of_what_is_to_be_encrypted_is_another(
    site: Site, server: S3Server, bucket: Bucket, parameters: dict[str, Any]
) -> None:
    """Nobody has to learn it from the SDK."""
    site.write({"a.css": "a {}", "b.css": "b {}"})
    etag = "0123456789abcdef0123456789abcdef"

    with server.imitating(headers(ETag=f'"{etag}"')):
        run = site.collect(backend=PLAIN, object_parameters=parameters, ledger=False)

    puts = run.requests.of("PutObject")
    assert puts.keys() == ["a.css", "b.css"]
    assert all("object_store" in put.headers["User-Agent"] for put in puts)


def test_few_stores_serve_few_sets_of_headers(site: Site, bucket: Bucket) -> None:
    """More values than there may be stores go by boto3, and that is told once."""
    count = 10
    site.write({f"{number}.html": "" for number in range(count)})

    run = site.collect(
        backend=PLAIN,
        headers=[
            (f"{number}.html", {"WebsiteRedirectLocation": f"/{number}"})
            for number in range(count)
        ],
    )

    by = ["Boto3" in put.headers["User-Agent"] for put in run.requests.of("PutObject")]
    assert sorted(by) == [False] * 8 + [True] * 2
    [told] = [line for line in run.lines if line.startswith("Uploading with")]
    assert "more than 8 values of WebsiteRedirectLocation" in told
    for number in range(count):
        head = bucket.client.head_object(Bucket=bucket.name, Key=f"{number}.html")
        assert head["WebsiteRedirectLocation"] == f"/{number}"
