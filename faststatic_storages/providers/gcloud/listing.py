"""What Google Cloud Storage tells of its objects."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from google.cloud.storage import Blob

from faststatic_storages.sync.digests import CRC32C, MD5
from faststatic_storages.sync.index import ObjectInfo

# https://cloud.google.com/storage/docs/json_api#partial-response
FIELDS = "items(name,size,updated,md5Hash,crc32c),nextPageToken"


def info_of(blob: Blob) -> ObjectInfo:
    return ObjectInfo(
        key=blob.name,
        size=blob.size,
        modified=blob.updated or datetime.now(UTC),
        digest=digest_of(blob),
    )


def digest_of(blob: Blob) -> MD5 | CRC32C | None:
    """Return the MD5; of a composite object, which has none, the CRC32C."""
    if blob.md5_hash:
        return MD5(base64.b64decode(blob.md5_hash).hex())
    return CRC32C(blob.crc32c) if blob.crc32c else None
