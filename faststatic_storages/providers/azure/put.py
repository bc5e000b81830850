"""Putting blobs into Azure Blob Storage: obstore where it can, else the SDK."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from azure.storage.blob import ContainerClient, ContentSettings

from faststatic_storages.providers.azure.listing import digest_of, version_of
from faststatic_storages.providers.azure.store import azure_store
from faststatic_storages.providers.transport.put import ObstorePut
from faststatic_storages.providers.transport.words import WORDS, attributes
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.upload import Upload


class AzurePut(ObstorePut):
    extra = "azure"

    def __init__(self, storage: Any, client: ContainerClient) -> None:
        super().__init__(storage)
        self._client = client
        # Larger ones go in blocks.
        self.max_size = min(self.max_size, client._config.max_single_put_size)

    def make_store(self) -> Any:
        return azure_store(self._storage, self._client)

    def options(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {"attributes": attributes(parameters, WORDS)}

    def version(self, result: Mapping[str, Any]) -> str | None:
        return version_of(result["e_tag"])

    def put_by_sdk(self, upload: Upload) -> ObjectInfo:
        size = upload.content.size
        with upload.content.open() as file:
            response = self._client.get_blob_client(upload.key).upload_blob(
                file,
                length=size,
                content_settings=ContentSettings(**upload.parameters),
                max_concurrency=self._storage.upload_max_conn,
                timeout=self._storage.timeout,
                overwrite=True,
            )
        return ObjectInfo(
            upload.key,
            size,
            response.get("last_modified") or datetime.now(UTC),
            digest_of(response.get("content_md5")),
            version_of(response.get("etag")),
        )
