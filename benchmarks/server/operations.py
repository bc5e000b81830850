"""The S3 operations that boto3, obstore, s5cmd and the AWS CLI use."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from email.utils import format_datetime
from itertools import count
from urllib.parse import unquote
from xml.sax.saxutils import escape, unescape

from benchmarks.server.listing import listing
from benchmarks.server.messages import Request, Response
from benchmarks.server.store import Bucket, Headers, Store, Upload

KEPT_HEADERS = {
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
}
upload_ids = count(1)


class S3Error(Exception):
    """An error as S3 words it."""

    def __init__(self, status: int, code: str) -> None:
        self.status = status
        self.code = code
        super().__init__(code)


def answer(store: Store, request: Request) -> Response:
    """Do what the request asks for, and count it in its bucket."""
    name, _, key = request.path.removeprefix("/").partition("/")
    try:
        if request.method == "PUT" and not key:
            store.buckets.setdefault(name, Bucket())
            return Response()
        if (bucket := store.buckets.get(name)) is None:
            raise S3Error(404, "NoSuchBucket")
        operation = operation_of(request, bool(key))
        bucket.requests[operation] += 1
        return OPERATIONS[operation](store, bucket, key or name, request)
    except S3Error as error:
        if request.method == "HEAD":
            return Response(error.status)
        return xml(
            f"<Error><Code>{error.code}</Code><Message>{error.code}</Message></Error>",
            status=error.status,
        )


def operation_of(request: Request, has_key: bool) -> str:
    query = request.query
    match request.method, has_key:
        case "GET", False:
            return "ListObjectsV2" if "list-type" in query else "ListObjects"
        case "HEAD", False:
            return "HeadBucket"
        case "POST", False if "delete" in query:
            return "DeleteObjects"
        case "GET", True:
            return "GetObject"
        case "HEAD", True:
            return "HeadObject"
        case "PUT", True if "uploadId" in query:
            return "UploadPart"
        case "PUT", True if "x-amz-copy-source" in request.headers:
            return "CopyObject"
        case "PUT", True:
            return "PutObject"
        case "DELETE", True if "uploadId" in query:
            return "AbortMultipartUpload"
        case "DELETE", True:
            return "DeleteObject"
        case "POST", True if "uploads" in query:
            return "CreateMultipartUpload"
        case "POST", True if "uploadId" in query:
            return "CompleteMultipartUpload"
    raise S3Error(501, "NotImplemented")


def list_objects(store: Store, bucket: Bucket, name: str, request: Request) -> Response:
    return xml(listing(name, bucket, request.query))


def head_bucket(store: Store, bucket: Bucket, name: str, request: Request) -> Response:
    return Response()


def delete_objects(
    store: Store, bucket: Bucket, name: str, request: Request
) -> Response:
    keys = [
        unescape(key, {"&quot;": '"', "&apos;": "'"})
        for key in re.findall(r"<Key>(.*?)</Key>", request.body.decode(), re.DOTALL)
    ]
    if len(keys) > 1000:
        raise S3Error(400, "MalformedXML")
    for key in keys:
        bucket.delete(key)
    deleted = "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys)
    return xml(f"<DeleteResult>{deleted}</DeleteResult>")


def put_object(store: Store, bucket: Bucket, key: str, request: Request) -> Response:
    existing = bucket.get(key)
    if request.headers.get("if-none-match") == "*" and existing:
        raise S3Error(412, "PreconditionFailed")
    if (wanted := request.headers.get("if-match")) and (
        not existing or wanted.strip('"') != existing.etag
    ):
        raise S3Error(412, "PreconditionFailed")
    stored = store.stored(request.body, kept_headers(request))
    bucket.put(key, stored)
    if bucket.first_put is None:
        bucket.first_put = request.arrived
    bucket.last_put = time.perf_counter()
    return Response(headers=(("ETag", f'"{stored.etag}"'),))


def copy_object(store: Store, bucket: Bucket, key: str, request: Request) -> Response:
    source = unquote(request.headers["x-amz-copy-source"]).removeprefix("/")
    source_bucket, _, source_key = source.partition("/")
    found = store.buckets.get(source_bucket, Bucket()).get(source_key)
    if found is None:
        raise S3Error(404, "NoSuchKey")
    replaces = request.headers.get("x-amz-metadata-directive") == "REPLACE"
    stored = store.stored(
        found.body, kept_headers(request) if replaces else found.headers
    )
    bucket.put(key, stored)
    return xml(
        f"<CopyObjectResult><ETag>&quot;{stored.etag}&quot;</ETag><LastModified>"
        f"{stored.modified:%Y-%m-%dT%H:%M:%S.000Z}</LastModified></CopyObjectResult>"
    )


def get_object(store: Store, bucket: Bucket, key: str, request: Request) -> Response:
    stored = bucket.get(key)
    if stored is None:
        raise S3Error(404, "NoSuchKey")
    headers = (
        ("ETag", f'"{stored.etag}"'),
        ("Last-Modified", format_datetime(stored.modified, usegmt=True)),
        ("Accept-Ranges", "bytes"),
        *stored.headers,
    )
    if request.method == "HEAD":
        return Response(200, b"", headers, length=len(stored.body))
    if wanted := re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", "")):
        total = len(stored.body)
        start = int(wanted[1])
        end = min(int(wanted[2]) + 1 if wanted[2] else total, total)
        content_range = ("Content-Range", f"bytes {start}-{end - 1}/{total}")
        return Response(206, stored.body[start:end], (*headers, content_range))
    return Response(200, stored.body, headers)


def delete_object(store: Store, bucket: Bucket, key: str, request: Request) -> Response:
    bucket.delete(key)
    return Response(204)


def create_upload(store: Store, bucket: Bucket, key: str, request: Request) -> Response:
    upload_id = f"upload-{next(upload_ids)}"
    bucket.uploads[upload_id] = Upload(kept_headers(request))
    return xml(
        f"<InitiateMultipartUploadResult><Key>{escape(key)}</Key>"
        f"<UploadId>{upload_id}</UploadId></InitiateMultipartUploadResult>"
    )


def upload_part(store: Store, bucket: Bucket, key: str, request: Request) -> Response:
    upload = bucket.uploads[request.query["uploadId"]]
    upload.parts[int(request.query["partNumber"])] = request.body
    etag = store.stored(request.body, ()).etag
    return Response(headers=(("ETag", f'"{etag}"'),))


def complete_upload(
    store: Store, bucket: Bucket, key: str, request: Request
) -> Response:
    stored = bucket.uploads.pop(request.query["uploadId"]).complete()
    bucket.put(key, stored)
    bucket.last_put = time.perf_counter()
    return xml(
        f"<CompleteMultipartUploadResult><Key>{escape(key)}</Key>"
        f"<ETag>&quot;{stored.etag}&quot;</ETag></CompleteMultipartUploadResult>"
    )


def abort_upload(store: Store, bucket: Bucket, key: str, request: Request) -> Response:
    bucket.uploads.pop(request.query["uploadId"], None)
    return Response(204)


OPERATIONS: dict[str, Callable[[Store, Bucket, str, Request], Response]] = {
    "AbortMultipartUpload": abort_upload,
    "CompleteMultipartUpload": complete_upload,
    "CopyObject": copy_object,
    "CreateMultipartUpload": create_upload,
    "DeleteObject": delete_object,
    "DeleteObjects": delete_objects,
    "GetObject": get_object,
    "HeadBucket": head_bucket,
    "HeadObject": get_object,
    "ListObjects": list_objects,
    "ListObjectsV2": list_objects,
    "PutObject": put_object,
    "UploadPart": upload_part,
}


def kept_headers(request: Request) -> Headers:
    kept = []
    for name, value in request.headers.items():
        if name == "content-encoding":
            value = ", ".join(
                encoding
                for part in value.split(",")
                if (encoding := part.strip()) != "aws-chunked"
            )
        if value and (name in KEPT_HEADERS or name.startswith("x-amz-meta-")):
            kept.append((name, value))
    return tuple(kept)


def xml(body: str, *, status: int = 200) -> Response:
    declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return Response(
        status,
        (declaration + body).encode(),
        (("Content-Type", "application/xml"),),
    )
