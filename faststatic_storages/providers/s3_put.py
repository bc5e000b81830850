"""Putting objects into S3: obstore where it can, boto3 where it has to."""

from __future__ import annotations

import copy
import logging
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from faststatic_storages.index import ObjectInfo
from faststatic_storages.providers.s3_listing import digest_of
from faststatic_storages.providers.s3_obstore import (
    NotExpressible,
    attributes_and_tags,
    s3_store,
)
from faststatic_storages.sync import Upload

# Larger bodies are read from the file while they are sent.
MAX_SIZE_OF_BODY_IN_MEMORY = 256 * 1024
# The SDK's threads wait for the interpreter, obstore's for the network: 128 of them
# keep a link of 30 ms busy.
SDK_WORKERS = 32
OBSTORE_WORKERS = 128

logger = logging.getLogger(__name__)


class S3Put:
    """Put one object, as ``storage`` would, from any thread."""

    def __init__(self, storage: Any, client: Any) -> None:
        self._storage = storage
        self._client = client
        # The worker that uploads a file is a thread already: with threads for its parts
        # as well, a few large files would hold many parts in memory.
        self._transfer_config = copy.copy(storage.transfer_config)
        self._transfer_config.use_threads = False

    @property
    def default_workers(self) -> int:
        return SDK_WORKERS if self._store is None else OBSTORE_WORKERS

    @cached_property
    def _store(self) -> Any:
        """What obstore puts objects in, or ``None`` where only the SDK can."""
        if self._storage.transport == "sdk":
            return None
        try:
            return s3_store(self._storage, self._client)
        except (NotExpressible, ImportError) as error:
            if self._storage.transport == "obstore":
                raise forced_transport_fails(error) from error
            return None

    def check(self) -> None:
        """Raise ``ImproperlyConfigured`` where the forced transport cannot work."""
        if self._store is not None and self._storage.transport == "obstore":
            try:
                attributes_and_tags(self._storage._get_write_parameters("any"))
            except NotExpressible as error:
                raise forced_transport_fails(error) from error

    def __call__(self, upload: Upload) -> ObjectInfo:
        size = upload.content.size
        with upload.content.open() as file:
            if size >= self._transfer_config.multipart_threshold:
                self._put_in_parts(upload, file)
                digest = None
            elif size > MAX_SIZE_OF_BODY_IN_MEMORY:
                digest = self._put_by_sdk(upload, file)
            else:
                digest = self._put_bytes(upload, file.read())
        return ObjectInfo(upload.key, size, datetime.now(UTC), digest)

    def _put_bytes(self, upload: Upload, body: bytes) -> str | None:
        if self._store is None:
            return self._put_by_sdk(upload, body)
        try:
            attributes, tags = attributes_and_tags(upload.parameters)
            result = self._store.put(
                upload.key, body, attributes=attributes, tags=tags, use_multipart=False
            )
        except Exception as error:
            # The SDK knows headers, redirects and refusals that obstore does not, and
            # its errors say what is wrong.
            logger.debug("obstore did not put %s: %s", upload.key, error)
            return self._put_by_sdk(upload, body)
        return digest_of(result["e_tag"])

    def _put_by_sdk(self, upload: Upload, body: Any) -> str | None:
        response = self._client.put_object(
            Bucket=self._storage.bucket_name,
            Key=upload.key,
            Body=body,
            **upload.parameters,
        )
        return digest_of(response.get("ETag"))

    def _put_in_parts(self, upload: Upload, file: Any) -> None:
        self._client.upload_fileobj(
            file,
            Bucket=self._storage.bucket_name,
            Key=upload.key,
            ExtraArgs=dict(upload.parameters),
            Config=self._transfer_config,
        )


def forced_transport_fails(error: Exception) -> ImproperlyConfigured:
    if isinstance(error, ImportError):
        return ImproperlyConfigured(
            f'The transport "obstore" is not installed ({error}): pip install '
            '"faststatic-storages[s3]", or set OPTIONS["transport"] to "auto".'
        )
    return ImproperlyConfigured(
        f'The transport "obstore" cannot express {error}. Set OPTIONS["transport"] to '
        '"auto": the SDK is used where it has to be.'
    )
