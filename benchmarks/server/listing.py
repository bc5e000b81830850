"""ListObjects and ListObjectsV2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote
from xml.sax.saxutils import escape

from benchmarks.server.store import Bucket

MAX_KEYS = 1000


@dataclass
class Page:
    """One page of a listing."""

    keys: list[str] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    last: str = ""
    is_truncated: bool = False


def page_of(
    bucket: Bucket, *, prefix: str, delimiter: str, after: str, max_keys: int
) -> Page:
    page = Page()
    for key in bucket.keys_from(after, prefix):
        name = key
        if delimiter:
            head, found, _ = key[len(prefix) :].partition(delimiter)
            name = prefix + head + found if found else key
        # A common prefix as marker stands for all the keys that it stands for.
        if key <= after or name == page.last or (name != key and name == after):
            continue
        if len(page.keys) + len(page.prefixes) == max_keys:
            page.is_truncated = True
            break
        (page.keys if name == key else page.prefixes).append(name)
        page.last = name
    return page


def listing(name: str, bucket: Bucket, query: Mapping[str, str]) -> str:
    """Return the XML that answers a listing's query."""
    is_v2 = "list-type" in query
    if is_v2:
        after = query.get("continuation-token") or query.get("start-after", "")
    else:
        after = query.get("marker", "")
    prefix = query.get("prefix", "")
    page = page_of(
        bucket,
        prefix=prefix,
        delimiter=query.get("delimiter", ""),
        after=after,
        max_keys=min(int(query.get("max-keys") or MAX_KEYS), MAX_KEYS),
    )
    encoded = query.get("encoding-type") == "url"
    return "".join(
        [
            '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
            f"<Name>{name}</Name>",
            f"<Prefix>{text(prefix, encoded)}</Prefix>",
            f"<KeyCount>{len(page.keys) + len(page.prefixes)}</KeyCount>",
            f"<MaxKeys>{MAX_KEYS}</MaxKeys>",
            "<EncodingType>url</EncodingType>" if encoded else "",
            f"<IsTruncated>{'true' if page.is_truncated else 'false'}</IsTruncated>",
            *next_page(page, is_v2, encoded),
            *contents(bucket, page, encoded),
            "</ListBucketResult>",
        ]
    )


def next_page(page: Page, is_v2: bool, encoded: bool) -> Iterator[str]:
    if page.is_truncated and is_v2:
        yield f"<NextContinuationToken>{escape(page.last)}</NextContinuationToken>"
    elif page.is_truncated:
        yield f"<NextMarker>{text(page.last, encoded)}</NextMarker>"


def contents(bucket: Bucket, page: Page, encoded: bool) -> Iterator[str]:
    for key in page.keys:
        stored = bucket.get(key)
        assert stored is not None
        yield (
            f"<Contents><Key>{text(key, encoded)}</Key>"
            f"<LastModified>{stored.modified:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
            f"<ETag>&quot;{stored.etag}&quot;</ETag><Size>{len(stored.body)}</Size>"
            "<StorageClass>STANDARD</StorageClass></Contents>"
        )
    for prefix in page.prefixes:
        yield (
            f"<CommonPrefixes><Prefix>{text(prefix, encoded)}</Prefix></CommonPrefixes>"
        )


def text(key: str, encoded: bool) -> str:
    return quote(key) if encoded else escape(key)
