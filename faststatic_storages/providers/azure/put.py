"""Putting blobs into Azure Blob Storage: obstore where it can, else the SDK."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from azure.storage.blob import ContainerClient, ContentSettings

from faststatic_storages.providers.azure.listing import digest_of, version_of
from faststatic_storages.providers.azure.store import azure_store
from faststatic_storages.providers.remedies import NotStored, other_bytes
from faststatic_storages.providers.transport.put import ObstorePut
from faststatic_storages.providers.transport.words import WORDS, Said, attributes
from faststatic_storages.sync.digests import MD5
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.reading import Body, Reader
from faststatic_storages.sync.upload import Upload

ETAG = re.compile('"?0x[0-9A-Fa-f]+"?')


class AzurePut(ObstorePut):
    extra = "azure"
    sdk = "azure-storage-blob"

    def __init__(self, storage: Any, client: ContainerClient) -> None:
        super().__init__(storage)
        self._client = client
        # The SDK sends larger ones in blocks.
        self.max_size = min(self.max_size, client._config.max_single_put_size)

    def make_store(self, by_store: Mapping[str, Any]) -> Any:
        return azure_store(self._storage, self._client)

    def said(self, parameters: Mapping[str, Any]) -> Said:
        return Said({"attributes": attributes(parameters, WORDS)}, {})

    def digest(self, upload: Upload, file: Body | Reader, etag: str) -> MD5:
        # It is Azure's own, of the time and not of the bytes.
        if ETAG.fullmatch(etag) is None:
            raise NotStored(f"The service answered a put with the ETag {etag}")
        return file.md5

    def version(self, etag: str) -> str | None:
        return version_of(etag)

    def put_by_sdk(self, upload: Upload, file: Body | Reader) -> ObjectInfo:
        stream: Any = Forward(file)
        answer = self._client.get_blob_client(upload.key).upload_blob(
            stream,
            length=file.size,
            content_settings=ContentSettings(**upload.parameters),
            max_concurrency=self._storage.upload_max_conn,
            timeout=self._storage.timeout,
            overwrite=True,
        )
        if not answer.get("etag"):
            raise NotStored("The service answered a put without an ETag")
        # That of a blob which was sent in blocks is of their list.
        is_whole = file.size <= self._client._config.max_single_put_size
        digest = digest_of(answer.get("content_md5")) if is_whole else None
        if digest not in (None, file.md5):
            raise other_bytes(digest, file.md5)
        modified = answer.get("last_modified") or datetime.now(UTC)
        version = version_of(answer["etag"])
        return ObjectInfo(upload.key, file.size, modified, digest, version)


class Forward:
    """All that the SDK may do to a file: with large blocks, its threads would seek."""

    def __init__(self, file: Body | Reader) -> None:
        self.read = file.read
