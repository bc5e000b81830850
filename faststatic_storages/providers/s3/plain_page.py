"""The listing pages that all services write, read without an XML parser."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

TAGS = ("Key", "LastModified", "ETag", "Size")
"""What is read of each object, in this order."""

# As S3, MinIO, R2, Ceph and Google write it.
ROOT = re.compile(
    r"(?:<\?xml version=['\"]1\.0['\"](?: encoding=['\"](?i:utf-8)['\"])?\s*\?>)?\s*"
    r"<ListBucketResult(?: xmlns=['\"][^'\"<>&]*['\"])?>"
)
END = "</ListBucketResult>"
# Comments, CDATA and instructions, and what a parser makes a line break of.
NOT_PLAIN = ("<!", "<?", "\r")
TAG = re.compile(f"<({'|'.join(TAGS)})>")
ENCODING_TYPE = re.compile("<EncodingType[^/]*")


class PageText(NamedTuple):
    """
    What a listing page says.

    ``columns`` has the texts of each of ``TAGS``, "" where an object has no such
    element. ``is_quoted`` says that keys are as in a URL. ``rest`` is the page without
    the objects.
    """

    columns: list[list[str]]
    is_quoted: bool
    rest: bytes


def plain_page(body: bytes) -> PageText | None:
    """
    Return what is on a page that has each of ``TAGS`` once in each object.

    ``None`` for every other page, and one that may be something else than it seems:
    what that says, an XML parser is to tell.
    """
    try:
        text = body.decode().rstrip()
    except UnicodeDecodeError:
        return None
    root = ROOT.match(text)
    if root is None or not text.endswith(END):
        return None
    if any(text.find(mark, root.end()) >= 0 for mark in NOT_PLAIN):
        return None
    # A service has them in the same order in all objects.
    order = TAG.findall(text, 0, text.find("</Contents>") + 1)
    if sorted(order) != sorted(TAGS):
        return None
    parts = objects_with(tuple(order)).split(text)
    columns = [_unescaped(parts[order.index(tag) + 1 :: len(TAGS) + 1]) for tag in TAGS]
    rest = "".join(parts[:: len(TAGS) + 1])
    encodings = {*ENCODING_TYPE.findall(rest)}
    is_plain = "<Contents" not in rest and encodings <= {"<EncodingType>url<"}
    if not (is_plain and all(columns)):
        return None
    return PageText(columns, bool(encodings), rest.encode())


@cache
def objects_with(order: tuple[str, ...]) -> re.Pattern[str]:
    """Return what matches an object with these elements, each once, among others."""
    others = rf"\s*+(?:<(?!/?(?:Contents|{'|'.join(TAGS)})>)[^<]*+)*+"
    elements = "".join(f"{others}<{tag}>([^<]*+)</{tag}>" for tag in order)
    return re.compile(f"<Contents>{elements}{others}</Contents>")


def _unescaped(column: list[str]) -> list[str]:
    """Return the texts, or nothing where they have more than quotes to unescape."""
    # Digests have quotes; other references are rare.
    text = "\n".join(column).replace("&quot;", '"').replace("&#34;", '"')
    texts = text.split("\n")
    return texts if "&" not in text and len(texts) == len(column) else []
