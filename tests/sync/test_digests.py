"""Digests, and what they prove."""

from __future__ import annotations

import pickle
import sys
from datetime import UTC, datetime

import pytest

from faststatic_storages.sync.content import Content, HeldBytes
from faststatic_storages.sync.digests import (
    CRC32C,
    MD5,
    Digest,
    MultipartMD5,
    digest_in_etag,
)
from faststatic_storages.sync.equality import is_unchanged
from faststatic_storages.sync.index import ObjectInfo

BODY = b"0123456789"
HELD = HeldBytes(BODY)
HEXADECIMAL = "781e5e245d69b566979b86e28d23f2c7"


class Unreadable(HeldBytes):
    open = None  # type: ignore[assignment]


def info(digest: Digest | None, size: int = len(BODY)) -> ObjectInfo:
    return ObjectInfo("key", size, datetime.now(UTC), digest)


@pytest.mark.parametrize(
    ("kind", "text", "shape"),
    [
        (MD5, HEXADECIMAL.upper(), "32 lower-case hexadecimal digits"),
        (MD5, f'"{HEXADECIMAL}"', "32 lower-case"),
        (MD5, f"{HEXADECIMAL}\n", "32 lower-case"),
        (MD5, "", "32 lower-case"),
        (MultipartMD5, HEXADECIMAL, "a hyphen and the number of parts"),
        (MultipartMD5, f"{HEXADECIMAL}-0", "number of parts"),
        (CRC32C, HEXADECIMAL, "four bytes in base64"),
        (CRC32C, "crc32c:AAAAAA==", "four bytes in base64"),
    ],
)
def test_what_is_no_digest_is_refused(kind: type[str], text: str, shape: str) -> None:
    with pytest.raises(ValueError, match=shape) as caught:
        kind(text)

    assert repr(text) in str(caught.value)


def test_digests_are_what_the_services_say() -> None:
    assert HELD.md5 == HEXADECIMAL
    assert HELD.multipart_md5(4) == "61e3716e3a7767581863b67c4e785584-3"
    assert HELD.multipart_md5(4).parts == 3


@pytest.mark.parametrize(
    "digest",
    [HELD.md5, HELD.multipart_md5(4), CRC32C("KAwGng==")],
    ids=["md5", "parts", "crc"],
)
def test_digest_is_a_string_and_no_more(digest: Digest) -> None:
    assert not hasattr(digest, "__dict__")
    assert sys.getsizeof(digest) < sys.getsizeof(str(digest)) + 64
    again = pickle.loads(pickle.dumps(digest))
    assert (type(again), again) == (type(digest), digest)


@pytest.mark.parametrize(
    ("etag", "digest"),
    [
        (f'"{HEXADECIMAL}"', MD5(HEXADECIMAL)),
        (HEXADECIMAL, MD5(HEXADECIMAL)),
        (f'"{HEXADECIMAL.upper()}"', MD5(HEXADECIMAL)),
        (f'W/"{HEXADECIMAL}"', MD5(HEXADECIMAL)),
        (f'"{HEXADECIMAL}-12"', MultipartMD5(f"{HEXADECIMAL}-12")),
        ('"0x8DA1B2C3D4E5F60"', None),
        ('""', None),
        ("", None),
        (None, None),
    ],
)
def test_digest_in_etag(etag: str | None, digest: Digest | None) -> None:
    found = digest_in_etag(etag)

    assert (type(found), found) == (type(digest), digest)


@pytest.mark.parametrize(
    ("remote", "part_sizes", "unchanged"),
    [
        (None, (), False),
        (info(None), (), False),
        (info(HELD.md5), (), True),
        (info(MD5.of(b"another")), (), False),
        (info(HELD.multipart_md5(4)), (4,), True),
        (info(HELD.multipart_md5(4)), (8, 4), True),
        (info(HELD.multipart_md5(4)), (), False),
        (info(HELD.multipart_md5(4)), (8,), False),
        (info(HeldBytes(b"another 10").multipart_md5(4)), (4,), False),
    ],
)
def test_what_a_digest_proves(
    remote: ObjectInfo | None, part_sizes: tuple[int, ...], unchanged: bool
) -> None:
    assert is_unchanged(HeldBytes(BODY), remote, part_sizes) is unchanged


def test_content_of_another_size_is_not_read() -> None:
    assert not is_unchanged(Unreadable(BODY), info(HELD.md5, size=11))


def test_part_sizes_that_give_another_number_of_parts_are_not_tried() -> None:
    assert not is_unchanged(Unreadable(BODY), info(HELD.multipart_md5(4)), (5, 1))


def test_digest_is_computed_once() -> None:
    content = HeldBytes(BODY)
    content.take_digest(BODY)
    content.take_digest(b"of which nobody looks at the bytes again")

    assert content.md5 == HEXADECIMAL


def test_equal_digests_become_one_object() -> None:
    content: Content = HeldBytes(BODY)
    listed = MD5(HEXADECIMAL)
    assert content.md5 is not listed

    content.share_digest(MD5.of(b"another"))
    content.share_digest(listed)

    assert content.md5 is listed
