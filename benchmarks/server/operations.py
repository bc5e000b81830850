"""The S3 operations that boto3, obstore, s5cmd and the AWS CLI need for a deploy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from email.utils import format_datetime
from itertools import islice, takewhile
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote
from xml.sax.saxutils import escape

from benchmarks.server.store import ENCRYPTION, Bucket, Store

MAX_KEYS = 1000
KEPT_HEADERS = {"cache-control", "content-encoding", "content-type", ENCRYPTION}
# A copy, and a body in chunks: with a body taken as it is they would do something else.
NOT_UNDERSTOOD = {"x-amz-copy-source", "x-amz-decoded-content-length"}


class Request(NamedTuple):
    """One request, whole. ``headers`` has lower-case names."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class Response(NamedTuple):
    """One answer; ``length`` is told where the body may not be at hand."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = {}
    length: int | None = None


def answer(store: Store, request: Request) -> Response:
    """Do what the request asks for, and count it in its bucket."""
    path = unquote(request.target.partition("?")[0])
    name, _, key = path[1:].partition("/")
    bucket = store.buckets.get(name)
    found = OPERATIONS.get((request.method, bool(key)))
    if bucket is None:
        return error(404, "NoSuchBucket")
    if found is None or request.headers.keys() & NOT_UNDERSTOOD:
        return error(501, "NotImplemented")
    operation, do = found
    bucket.requests[operation] += 1
    return do(store, bucket, key, request)


def list_objects(store: Store, bucket: Bucket, key: str, request: Request) -> Response:
    """Answer ListObjects and ListObjectsV2, each of which reads its own elements."""
    query = dict(parse_qsl(request.target.partition("?")[2]))
    encode = quote if query.get("encoding-type") == "url" else escape
    prefix = query.get("prefix", "")
    after = query.get("continuation-token") or query.get("start-after")
    after = after or query.get("marker", "")
    limit = min(int(query.get("max-keys", MAX_KEYS)), MAX_KEYS)
    first, inclusive = (after, False) if after >= prefix else (prefix, True)
    following = bucket.objects.irange(first, inclusive=(inclusive, True))
    keys = list(
        islice(takewhile(lambda name: name.startswith(prefix), following), limit + 1)
    )
    is_truncated = len(keys) > limit
    keys = keys[:limit]
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<Prefix>{encode(prefix)}</Prefix><KeyCount>{len(keys)}</KeyCount>"
        f"<IsTruncated>{str(is_truncated).lower()}</IsTruncated>"
    ]
    if encode is quote:
        parts.append("<EncodingType>url</EncodingType>")
    if is_truncated:
        parts.append(
            f"<NextContinuationToken>{escape(keys[-1])}</NextContinuationToken>"
            f"<NextMarker>{encode(keys[-1])}</NextMarker>"
        )
    for name in keys:
        stored = bucket.objects[name]
        parts.append(
            f"<Contents><Key>{encode(name)}</Key>"
            f"<LastModified>{stored.modified:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
            f"<ETag>&quot;{stored.etag}&quot;</ETag><Size>{stored.size}</Size>"
            "<StorageClass>STANDARD</StorageClass></Contents>"
        )
    return xml("".join([*parts, "</ListBucketResult>"]))


def put_object(store: Store, bucket: Bucket, key: str, request: Request) -> Response:
    headers = {n: value for n, value in request.headers.items() if n in KEPT_HEADERS}
    etag = store.put(bucket, key, request.body, headers)
    return Response(headers={"ETag": f'"{etag}"'})


def get_object(store: Store, bucket: Bucket, key: str, request: Request) -> Response:
    stored = bucket.objects.get(key)
    if stored is None:
        return error(404, "NoSuchKey")
    headers = {
        "ETag": f'"{stored.etag}"',
        "Last-Modified": format_datetime(stored.modified, usegmt=True),
        **stored.headers,
    }
    if request.method == "GET" and stored.body is None:
        return error(501, "NotImplemented")
    return Response(200, stored.body or b"", headers, stored.size)


def delete_object(store: Store, bucket: Bucket, key: str, request: Request) -> Response:
    bucket.objects.pop(key, None)
    return Response(204)


Operation = Callable[[Store, Bucket, str, Request], Response]
# By method, and whether there is a key.
OPERATIONS: dict[tuple[str, bool], tuple[str, Operation]] = {
    ("DELETE", True): ("DELETE", delete_object),
    ("GET", False): ("LIST", list_objects),
    ("GET", True): ("GET", get_object),
    ("HEAD", True): ("HEAD", get_object),
    ("PUT", True): ("PUT", put_object),
}


def error(status: int, code: str) -> Response:
    return xml(f"<Error><Code>{code}</Code><Message>{code}</Message></Error>", status)


def xml(body: str, status: int = 200) -> Response:
    return Response(status, body.encode(), {"Content-Type": "application/xml"})
