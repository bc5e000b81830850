"""What a service says of an object's bytes, each form of it a type."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from typing import Self, TypeAlias


class MD5(str):
    """32 lower-case hexadecimal digits."""

    # There is one for each object in the bucket.
    __slots__ = ()

    def __new__(cls, digits: str) -> Self:
        if HEXADECIMAL_MD5.fullmatch(digits) is None:
            raise ValueError(
                f"{digits!r} is no MD5, which has 32 lower-case hexadecimal digits."
            )
        return super().__new__(cls, digits)

    @classmethod
    def of(cls, data: bytes) -> Self:
        return cls.from_hash(hashlib.md5(data, usedforsecurity=False))

    @classmethod
    def from_hash(cls, md5: hashlib._Hash) -> Self:
        return cls.known(md5.hexdigest())

    @classmethod
    def known(cls, digits: str) -> Self:
        """Return digits of which it is known that they are an MD5."""
        return super().__new__(cls, digits)


class MultipartMD5(str):
    """
    What S3 gives to an object that was uploaded in parts.

    Nobody documents it, everybody relies on it: the MD5 of the parts' MD5s, a hyphen
    and the number of parts.
    """

    __slots__ = ()

    def __new__(cls, etag: str) -> Self:
        if MD5_AND_PARTS.fullmatch(etag) is None:
            raise ValueError(
                f"{etag!r} is no MD5 of a multipart upload, which has 32 lower-case "
                "hexadecimal digits, a hyphen and the number of parts."
            )
        return super().__new__(cls, etag)

    @classmethod
    def of(cls, parts: Iterable[bytes]) -> Self:
        digests = [hashlib.md5(part, usedforsecurity=False).digest() for part in parts]
        return cls(f"{MD5.of(b''.join(digests))}-{len(digests)}")

    @property
    def parts(self) -> int:
        """How many parts there were."""
        return int(self.rpartition("-")[2])


class CRC32C(str):
    """Base64 of the four bytes, all that Google tells of a composite object."""

    __slots__ = ()

    def __new__(cls, encoded: str) -> Self:
        if BASE64_OF_4_BYTES.fullmatch(encoded) is None:
            raise ValueError(
                f"{encoded!r} is no CRC32C, which has four bytes in base64."
            )
        return super().__new__(cls, encoded)

    @classmethod
    def of(cls, chunks: Iterable[bytes]) -> Self:
        # It comes with google-cloud-storage, and nobody else asks for it.
        import google_crc32c

        checksum = google_crc32c.Checksum()
        for chunk in chunks:
            checksum.update(chunk)
        return cls(base64.b64encode(checksum.digest()).decode())


Digest: TypeAlias = MD5 | MultipartMD5 | CRC32C

HEXADECIMAL_MD5 = re.compile("[0-9a-f]{32}")
MD5_AND_PARTS = re.compile("[0-9a-f]{32}-[1-9][0-9]{0,9}")
QUOTED_MD5 = re.compile('"([0-9a-f]{32})"')
BASE64_OF_4_BYTES = re.compile("[A-Za-z0-9+/]{6}==")


def digest_in_etag(etag: str | None) -> MD5 | MultipartMD5 | None:
    """
    Return the digest that an ETag seems to be, ``None`` where it is something else.

    Some services leave the quotes out, write capitals, or call it weak (``W/``).
    """
    etag = etag or ""
    if (quoted := QUOTED_MD5.fullmatch(etag)) is not None:
        return MD5.known(quoted[1])
    text = etag.removeprefix("W/").strip('"').lower()
    if HEXADECIMAL_MD5.fullmatch(text):
        return MD5.known(text)
    return MultipartMD5(text) if MD5_AND_PARTS.fullmatch(text) else None
