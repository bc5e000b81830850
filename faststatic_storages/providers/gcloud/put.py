"""Putting objects into Google Cloud Storage: obstore where it can, else the SDK."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.api_core.retry import Retry
from google.cloud.storage import Bucket
from storages.backends.gcloud import CONTENT_TYPE

from faststatic_storages.providers.gcloud.listing import info_of
from faststatic_storages.providers.gcloud.store import attributes, gcs_store
from faststatic_storages.providers.transport.put import ObstorePut
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.upload import Upload

# The SDK holds a chunk in memory: of 100 MiB, if it is told no other size.
CHUNK_SIZE = 8 * 1024 * 1024
PREDEFINED_ACL = "predefined_acl"


class GoogleCloudPut(ObstorePut):
    extra = "gcloud"

    def __init__(self, storage: Any, bucket: Bucket, retry: Retry) -> None:
        super().__init__(storage)
        self._bucket = bucket
        self._retry = retry

    def make_store(self) -> Any:
        return gcs_store(self._bucket)

    def options(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {"attributes": attributes(parameters)}

    def put_by_sdk(self, upload: Upload) -> ObjectInfo:
        blob = self._bucket.blob(
            upload.key, chunk_size=self._storage.blob_chunk_size or CHUNK_SIZE
        )
        properties = dict(upload.parameters)
        content_type = properties.pop(CONTENT_TYPE)
        predefined_acl = properties.pop(PREDEFINED_ACL)
        for name, value in properties.items():
            setattr(blob, name, value)
        size = upload.content.size
        with upload.content.open() as file:
            blob.upload_from_file(
                file,
                size=size,
                content_type=content_type,
                predefined_acl=predefined_acl,
                retry=self._retry,
            )
        return info_of(blob)
