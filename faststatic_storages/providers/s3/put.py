"""Putting objects into S3: obstore where it can, boto3 where it has to."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from faststatic_storages.providers.s3.listing import version_in
from faststatic_storages.providers.s3.store import attributes_and_tags, s3_store
from faststatic_storages.providers.transport.put import (
    MAX_SIZE_OF_BODY_IN_MEMORY,
    ObstorePut,
)
from faststatic_storages.sync.content import Content
from faststatic_storages.sync.digests import MD5, MultipartMD5, digest_in_etag
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.upload import Upload


class S3Put(ObstorePut):
    extra = "s3"

    def __init__(self, storage: Any, client: Any) -> None:
        super().__init__(storage)
        self._client = client
        # The worker that uploads a file is a thread already: with threads for its parts
        # as well, a few large files would hold many parts in memory.
        self._transfer_config = copy.copy(storage.transfer_config)
        self._transfer_config.use_threads = False
        self.max_size = min(
            self.max_size, self._transfer_config.multipart_threshold - 1
        )

    def make_store(self) -> Any:
        return s3_store(self._storage, self._client)

    def options(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        attributes, tags = attributes_and_tags(parameters)
        return {"attributes": attributes, "tags": tags}

    def digest(
        self, content: Content, body: bytes, result: Mapping[str, Any]
    ) -> MD5 | MultipartMD5 | None:
        # Encrypted objects have one that is no MD5.
        return digest_in_etag(result["e_tag"])

    def put_by_sdk(self, upload: Upload) -> ObjectInfo:
        size = upload.content.size
        etag: str | None = None
        with upload.content.open() as file:
            if size >= self._transfer_config.multipart_threshold:
                self._put_in_parts(upload, file)
            else:
                is_small = size <= MAX_SIZE_OF_BODY_IN_MEMORY
                etag = self._put_in_one(upload, file.read() if is_small else file)
        return ObjectInfo(
            upload.key,
            size,
            datetime.now(UTC),
            digest_in_etag(etag),
            version_in(etag),
        )

    def _put_in_one(self, upload: Upload, body: Any) -> str | None:
        response = self._client.put_object(
            Bucket=self._storage.bucket_name,
            Key=upload.key,
            Body=body,
            **upload.parameters,
        )
        etag: str | None = response.get("ETag")
        return etag

    def _put_in_parts(self, upload: Upload, file: Any) -> None:
        self._client.upload_fileobj(
            file,
            Bucket=self._storage.bucket_name,
            Key=upload.key,
            ExtraArgs=dict(upload.parameters),
            Config=self._transfer_config,
        )
