"""What Azure Blob Storage tells of its blobs."""

from __future__ import annotations

from azure.storage.blob import BlobProperties

from faststatic_storages.sync.digests import MD5


def is_directory(blob: BlobProperties) -> bool:
    """Accounts with a hierarchical namespace list their directories, too."""
    return (blob.metadata or {}).get("hdi_isfolder") == "true"


def digest_of(md5: bytearray | None) -> MD5 | None:
    return MD5(bytes(md5).hex()) if md5 else None


def version_of(etag: str | None) -> str | None:
    """Return an ETag without the quotes, which answers to a put have."""
    return etag.strip('"') if etag else None
