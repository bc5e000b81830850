"""Listing pages read without botocore's response parser, which takes 0.2 ms a key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import Any
from urllib.parse import unquote_plus
from xml.etree import ElementTree

from faststatic_storages.providers.s3.plain_page import TAGS, PageText, plain_page
from faststatic_storages.sync.digests import MD5, MultipartMD5, digest_in_etag
from faststatic_storages.sync.index import ObjectInfo

OBJECTS = "FaststaticObjects"
"""Where a page of ``list_objects_v2`` has the objects, in place of ``Contents``."""


def install(client: Any) -> None:
    """Let this client's ``list_objects_v2`` return objects under ``OBJECTS``."""
    # The wildcard puts it before botocore's own handler of all operations of S3, which
    # parses the whole page to look for an error.
    client.meta.events.register("before-parse.*.ListObjectsV2", _take_contents)


def _take_contents(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    """Read the objects, and leave to botocore what remains of the page."""
    body = response_dict["body"]
    # An XML parser takes ten times the time.
    if (page := plain_page(body) or any_page(body)) is not None:
        customized_response_dict[OBJECTS] = _objects_of(page)
        response_dict["body"] = page.rest


def any_page(body: bytes) -> PageText | None:
    """Return what is on a page, ``None`` where it is no listing."""
    try:
        page = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        # A page that was cut off: botocore asks again.
        return None
    if not page.tag.endswith("ListBucketResult"):
        return None
    # Some services leave the namespace out.
    namespace = page.tag.removesuffix("ListBucketResult")
    contents = page.findall(f"{namespace}Contents")
    columns = [
        [element.findtext(f"{namespace}{tag}", "") for element in contents]
        for tag in TAGS
    ]
    is_quoted = page.findtext(f"{namespace}EncodingType") == "url"
    page[:] = [element for element in page if element.tag != f"{namespace}Contents"]
    return PageText(columns, is_quoted, ElementTree.tostring(page))


def _objects_of(page: PageText) -> list[ObjectInfo]:
    keys, times, etags, sizes = page.columns
    # A space is "+" to Amazon and MinIO, and "%20" to others; "+" is "%2B" to all.
    decoded: Callable[[str], str] = unquote_plus if page.is_quoted else str
    # Objects of one deploy were modified in the same few seconds, and a file and its
    # hashed copy stand next to each other.
    time_shared = cache(_time_of)
    told_shared = cache(told_by)
    told = [told_shared(etag) for etag in etags]
    return [
        *map(
            ObjectInfo,
            map(decoded, keys),
            map(_size_of, sizes),
            map(time_shared, times),
            map(itemgetter(0), told),
            map(itemgetter(1), told),
        )
    ]


def version_in(etag: str | None) -> str | None:
    """Return an ETag that is no digest, as those of directory buckets are."""
    return told_by(etag)[1]


def told_by(etag: str | None) -> tuple[MD5 | MultipartMD5 | None, str | None]:
    """Return the digest that an ETag is; if it is none, the ETag itself."""
    digest = digest_in_etag(etag)
    return digest, (etag or None) if digest is None else None


def _size_of(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _time_of(text: str) -> datetime:
    """Return when it was; what is not known to be old is new."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return datetime.now(UTC)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
