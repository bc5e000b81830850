"""Putting objects into Google Cloud Storage: obstore where it can, else the SDK."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.api_core.retry import Retry
from google.cloud.storage import Blob, Bucket
from storages.backends.gcloud import CONTENT_TYPE

from faststatic_storages.providers.gcloud.listing import info_of
from faststatic_storages.providers.gcloud.store import gcs_store, translated
from faststatic_storages.providers.remedies import NotStored, other_bytes
from faststatic_storages.providers.transport.put import ObstorePut
from faststatic_storages.providers.transport.words import Said
from faststatic_storages.sync.digests import MD5, digest_in_etag
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.reading import Body, Reader
from faststatic_storages.sync.upload import Upload

# The SDK holds a chunk in memory: of 100 MiB, if it is told no other size.
CHUNK_SIZE = 8 * 1024 * 1024
PREDEFINED_ACL = "predefined_acl"
KMS_KEY_NAME = "kms_key_name"


class GoogleCloudPut(ObstorePut):
    extra = "gcloud"
    sdk = "google-cloud-storage"

    def __init__(self, storage: Any, bucket: Bucket, retry: Retry) -> None:
        super().__init__(storage)
        self._bucket = bucket
        self._retry = retry
        self._chunk_size = storage.blob_chunk_size or CHUNK_SIZE
        # The SDK sends larger ones in chunks.
        self.max_size = min(self.max_size, self._chunk_size)
        self._etags_are_md5 = True

    def make_store(self, by_store: Mapping[str, Any]) -> Any:
        return gcs_store(self._bucket, by_store)

    def said(self, parameters: Mapping[str, Any]) -> Said:
        return translated(parameters)

    def digest(self, upload: Upload, file: Body | Reader, etag: str) -> MD5:
        are_md5 = self._etags_are_md5 and not upload.parameters.get(KMS_KEY_NAME)
        if are_md5 and digest_in_etag(etag) != file.md5:
            raise other_bytes(etag, file.md5)
        return file.md5

    def put_by_sdk(self, upload: Upload, file: Body | Reader) -> ObjectInfo:
        blob = self._bucket.blob(upload.key, chunk_size=self._chunk_size)
        properties = dict(upload.parameters)
        content_type = properties.pop(CONTENT_TYPE)
        predefined_acl = properties.pop(PREDEFINED_ACL)
        for name, value in properties.items():
            setattr(blob, name, value)
        blob.upload_from_file(
            file,
            size=file.size,
            content_type=content_type,
            predefined_acl=predefined_acl,
            retry=self._retry,
        )
        return self._proven(blob, file)

    def _proven(self, blob: Blob, file: Body | Reader) -> ObjectInfo:
        """Return what the answer tells; raise ``NotStored`` unless it is proof."""
        info = info_of(blob)
        if info.digest is None or info.size is None:
            raise NotStored("The service answered a put without a checksum")
        # The SDK compares no more than the CRC32C of what is sent in one piece.
        is_same = info.digest == file.md5 or not isinstance(info.digest, MD5)
        if not is_same or info.size != file.size:
            raise other_bytes(f"{info.size}, {info.digest}", f"{file.size}, {file.md5}")
        if blob.kms_key_name:
            # https://cloud.google.com/storage/docs/hashes-etags
            self._etags_are_md5 = False
        return info
