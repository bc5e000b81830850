"""How the real services differ from the servers that the tests start."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.servers import switches
from tests.servers.recorder import Switch
from tests.servers.recording import Request

GITHUB = "https://github.com"
AMAZON = "https://docs.aws.amazon.com/AmazonS3/latest"


@dataclass(frozen=True, slots=True)
class Difference:
    """
    One thing that a service does otherwise.

    ``source`` is where it was read: documentation, an issue, code. ``switch`` makes the
    switch of a test server that does it. The other fields tell what a run can do there.
    """

    name: str
    services: str
    source: str
    switch: Callable[[], Switch]
    hides_equality: bool = False
    """Whether nobody can know that an object holds the bytes that would be sent."""
    fails_at_first: str = ""
    """The remedy that ends the error of the first run …"""
    fails_to_replace: str = ""
    """… or of each that replaces an object."""


def demands_checksum(request: Request) -> bool:
    if request.operation != "PutObject":
        return False
    return not any(
        name.lower().startswith(("content-md5", "x-amz-checksum-"))
        for name, _ in request.headers
    )


def has_no_length(request: Request) -> bool:
    return request.headers.get("Content-Encoding", "").endswith("aws-chunked")


def is_batch(request: Request) -> bool:
    return request.operation == "DeleteObjects"


LISTINGS = [
    Difference(
        "a space is +",
        "Amazon, measured; MinIO, s3URLEncode() in cmd/api-utils.go",
        f"{GITHUB}/brekkylab/backlot/issues/178",
        partial(switches.keys, lambda key: key.replace("%20", "+")),
    ),
    Difference(
        "a slash is %2F",
        "Ceph RGW, dump_urlsafe() in src/rgw/rgw_rest.h",
        f"{GITHUB}/ceph/ceph/blob/main/src/rgw/rgw_rest_s3.cc",
        partial(switches.keys, lambda key: key.replace("/", "%2F")),
    ),
    Difference(
        "keys are not quoted",
        "Versity Gateway before it knew encoding-type",
        f"{GITHUB}/versity/versitygw/issues/813",
        switches.raw_keys,
    ),
    Difference(
        "no ETag in listings",
        "s3s-fs; not promised by Amazon's documentation either",
        f"{GITHUB}/apache/opendal/pull/3478",
        partial(switches.without, "ETag"),
        hides_equality=True,
    ),
    Difference(
        "milliseconds in times",
        "Cloudflare R2, MinIO",
        "https://developers.cloudflare.com/r2/examples/aws/aws-sdk-js-v3/",
        partial(switches.listing, lambda text: re.sub(r"\.000Z", ".616Z", text)),
    ),
    Difference(
        "whole seconds in times",
        "SeaweedFS",
        f"{GITHUB}/seaweedfs/seaweedfs/issues/6676",
        partial(switches.listing, lambda text: re.sub(r"\.000Z", "Z", text)),
    ),
    Difference(
        "no LastModified in listings",
        "none is promised: it is optional in Amazon's documentation",
        f"{AMAZON}/API/API_Object.html",
        partial(switches.without, "LastModified"),
    ),
    Difference(
        "no Size in listings",
        "none is promised: it is optional in Amazon's documentation",
        f"{AMAZON}/API/API_Object.html",
        partial(switches.without, "Size"),
        hides_equality=True,
    ),
    Difference(
        "no namespace",
        "Google Distributed Cloud, S3Mock",
        f"{GITHUB}/adobe/S3Mock/issues/1754",
        partial(switches.listing, lambda text: re.sub(r' xmlns=".*?"', "", text)),
    ),
    Difference(
        "another namespace",
        "Google Cloud Storage",
        f"{GITHUB}/rustyconover/net-amazon-s3/issues/55",
        partial(
            switches.listing,
            lambda text: re.sub(
                'xmlns=".*?"', "xmlns='http://doc.s3.amazonaws.com/2006-03-01'", text
            ),
        ),
    ),
]

ANSWERS = [
    Difference(
        "no ETag header",
        "Filen, which calls it E-Tag",
        f"{GITHUB}/FilenCloudDienste/filen-s3/issues/146",
        partial(
            switches.header_names, lambda name: None if name.lower() == "etag" else name
        ),
    ),
    Difference(
        "ETags without quotes",
        "NetApp ONTAP; Ceph RGW in some releases",
        f"{GITHUB}/duckdb/duckdb-httpfs/pull/291",
        partial(switches.etags, str),
    ),
    Difference(
        "weak ETags",
        "whatever is behind an nginx that compresses answers",
        f"{GITHUB}/commontoolsinc/labs/pull/1751",
        partial(switches.etags, 'W/"{}"'.format),
    ),
    Difference(
        "ETags in capitals",
        "Alibaba Cloud OSS",
        f"{GITHUB}/s3ql/s3ql/issues/402",
        partial(switches.etags, lambda etag: f'"{etag.upper()}"'),
    ),
    Difference(
        "header names in lower case",
        "Ceph RGW behind HAProxy; anything behind Envoy",
        f"{GITHUB}/eth-cscs/firecrest-v2/pull/30",
        partial(switches.header_names, str.lower),
    ),
    Difference(
        "no batches",
        "Google Cloud Storage: POST ?delete is not implemented for objects",
        f"{GITHUB}/minio/mc/issues/4778",
        partial(switches.refusing, is_batch, 501, "NotImplemented"),
    ),
    Difference(
        "a cache in front",
        "Google Cloud Storage, of the objects that everybody may read",
        f"{GITHUB}/googleapis/nodejs-storage/pull/643",
        switches.cache,
    ),
    Difference(
        "rights that lag",
        "Google's IAM takes minutes, Huawei's a quarter of an hour",
        "https://cloud.google.com/iam/docs/access-change-propagation",
        lambda: switches.refusing(switches.first_requests(3), 403, "AccessDenied"),
        fails_at_first="take some minutes to arrive.",
    ),
    Difference(
        "a checksum is demanded",
        "Amazon and Backblaze, of buckets with object lock",
        f"{GITHUB}/versity/versitygw/issues/1776",
        partial(
            switches.refusing,
            demands_checksum,
            400,
            "InvalidRequest",
            "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object "
            "requests with Object Lock parameters",
        ),
    ),
    Difference(
        "nothing is replaced",
        "Amazon, of requests with If-None-Match",
        f"{AMAZON}/userguide/conditional-writes.html",
        lambda: switches.refusing(switches.later_puts(), 412, "PreconditionFailed"),
        fails_to_replace="run the command again.",
    ),
    Difference(
        "429 with Retry-After",
        "Cloudflare R2, of many writes to one key",
        "https://developers.cloudflare.com/r2/platform/limits/",
        lambda: switches.refusing(
            switches.first_puts(), 429, "TooManyRequests", Retry_After="1"
        ),
    ),
    Difference(
        "503 SlowDown",
        "Amazon; DigitalOcean Spaces from 150 a second on",
        f"{GITHUB}/statamic/cms/issues/2644",
        lambda: switches.refusing(switches.first_puts(), 503, "SlowDown"),
    ),
]

IN_LOWER_CASE = Difference(
    "header names in lower case",
    "whatever is behind a proxy that speaks HTTP/2 to it",
    "https://www.rfc-editor.org/rfc/rfc9113#section-8.2",
    partial(switches.header_names, str.lower),
)

GOOGLE = [
    Difference(
        "a cache in front",
        "Google Cloud Storage, of the objects that everybody may read",
        f"{GITHUB}/googleapis/nodejs-storage/pull/643",
        switches.google_cache,
    ),
    IN_LOWER_CASE,
    Difference(
        "no MD5",
        "Google Cloud Storage, of composite objects",
        "https://cloud.google.com/storage/docs/composite-objects",
        partial(
            switches.listing, lambda text: re.sub(r'"md5Hash":\s*".*?",?', "", text)
        ),
    ),
    Difference(
        "rights that lag",
        "Google's IAM: two minutes, or seven and more",
        "https://cloud.google.com/iam/docs/access-change-propagation",
        lambda: switches.refusing(switches.first_requests(3), 403, "AccessDenied"),
        fails_at_first=r"storage\.objects\.list",
    ),
    Difference(
        "429 with Retry-After",
        "Google Cloud Storage, of a write a second to one object",
        "https://cloud.google.com/storage/quotas",
        lambda: switches.refusing(
            switches.first_puts(), 429, "rateLimitExceeded", Retry_After="1"
        ),
    ),
    Difference(
        "503",
        "Google Cloud Storage, of a sudden increase of requests",
        f"{GITHUB}/jschneier/django-storages/issues/1039",
        lambda: switches.refusing(switches.first_puts(), 503, "backendError"),
    ),
]

AZURE = [
    IN_LOWER_CASE,
    Difference(
        "no MD5",
        "Azure, of blobs that were put in blocks, and of AzCopy without --put-md5",
        "https://learn.microsoft.com/rest/api/storageservices/put-block-list",
        partial(
            switches.listing,
            lambda text: re.sub("<Content-MD5>.*?</Content-MD5>", "", text),
        ),
        hides_equality=True,
    ),
    Difference(
        "rights that lag",
        "Azure: role assignments take up to ten minutes",
        "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting",
        lambda: switches.refusing(
            switches.first_requests(3),
            403,
            "AuthorizationPermissionMismatch",
            x_ms_error_code="AuthorizationPermissionMismatch",
        ),
        fails_at_first="Storage Blob Data Contributor",
    ),
    Difference(
        "503 ServerBusy",
        "Azure, of more requests than an account's target",
        "https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes",
        lambda: switches.refusing(
            switches.first_puts(), 503, "ServerBusy", x_ms_error_code="ServerBusy"
        ),
    ),
]

# Only over HTTPS does boto3 send no length.
NO_LENGTH = Difference(
    "a length is demanded",
    "Ceph RGW until 2023, and whatever else reads no aws-chunked",
    f"{GITHUB}/ceph/s3-tests/pull/501",
    partial(switches.refusing, has_no_length, 411, "MissingContentLength"),
)
