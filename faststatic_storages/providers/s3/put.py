"""Putting objects into S3: obstore where it can, boto3 where it has to."""

from __future__ import annotations

import copy
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from faststatic_storages.providers.remedies import NotStored, other_bytes
from faststatic_storages.providers.s3.errors import (
    NO_CHECKSUM,
    demands_checksum,
    is_missing,
)
from faststatic_storages.providers.s3.listing import version_in
from faststatic_storages.providers.s3.request import PutRequests
from faststatic_storages.providers.s3.store import s3_store, translated
from faststatic_storages.providers.transport.put import ObstorePut
from faststatic_storages.providers.transport.words import Said
from faststatic_storages.sync.digests import MD5, MultipartMD5, digest_in_etag
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.reading import Body, Reader
from faststatic_storages.sync.upload import Overtaken, Upload


class S3Put(ObstorePut):
    extra = "s3"
    sdk = "boto3"

    def __init__(self, storage: Any, client: Any) -> None:
        super().__init__(storage)
        self._client = client
        self._requests = PutRequests(client)
        # The worker that uploads a file is a thread already: with threads for its parts
        # as well, a few large files would hold many parts in memory.
        self._transfer_config = copy.copy(storage.transfer_config)
        self._transfer_config.use_threads = False
        self.max_size = min(
            self.max_size, self._transfer_config.multipart_threshold - 1
        )
        self._max_size_guarded = self._transfer_config.multipart_threshold - 1
        self._etags_are_md5 = True
        self._completed = threading.local()
        client.meta.events.register("after-call.s3.CompleteMultipartUpload", self._note)

    def make_store(self, by_store: Mapping[str, Any]) -> Any:
        return s3_store(self._storage, self._requests, by_store)

    def said(self, parameters: Mapping[str, Any]) -> Said:
        parameters = dict(parameters)
        mode: Any = "overwrite"
        if (etag := parameters.pop("IfMatch", None)) is not None:
            mode = {"e_tag": etag}
        elif parameters.pop("IfNoneMatch", None) is not None:
            mode = "create"
        options, by_store = translated(parameters)
        return Said({**options, "mode": mode}, by_store)

    def digest(
        self, upload: Upload, file: Body | Reader, etag: str
    ) -> MD5 | MultipartMD5 | None:
        digest = digest_in_etag(etag)
        if digest == file.md5 or not self._etags_are_md5:
            return digest
        # obstore does not show the answer's headers. What was asked for counts: of the
        # bytes, the service has compared the SHA-256 with which they were signed.
        if has_other_etags(upload.parameters) and isinstance(digest, MD5):
            return digest
        raise other_bytes(etag, file.md5)

    def remedy(self, refusal: str) -> str:
        return NO_CHECKSUM.rstrip(".") if demands_checksum(refusal) else ""

    def __call__(self, upload: Upload) -> ObjectInfo:
        if upload.expected is None or upload.content.size > self._max_size_guarded:
            return super().__call__(upload)
        try:
            return super().__call__(guarded(upload))
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (429, 503):
                raise
            # Services that do not know conditions answer this or that.
            raise Overtaken from error

    def put_by_sdk(self, upload: Upload, file: Body | Reader) -> ObjectInfo:
        if file.size >= self._transfer_config.multipart_threshold:
            etag, is_digest = self._put_in_parts(upload, file)
        else:
            etag, is_digest = self._put_in_one(upload, file), True
        digest, version = digest_in_etag(etag), version_in(etag)
        if not is_digest:
            # It looks like one, and a listing shows it as one.
            digest, version = None, digest or version
        return ObjectInfo(upload.key, file.size, datetime.now(UTC), digest, version)

    def _put_in_one(self, upload: Upload, file: Body | Reader) -> str | None:
        answer = self._client.put_object(
            Bucket=self._storage.bucket_name,
            Key=upload.key,
            Body=file.getvalue() if isinstance(file, Body) else file,
            **upload.parameters,
        )
        etag: str | None = answer.get("ETag")
        if digest_in_etag(etag) != file.md5:
            self._prove(upload.key, file, answer)
        return etag

    def _prove(self, key: str, file: Body | Reader, answer: dict[str, Any]) -> None:
        """Raise ``NotStored`` unless an ETag that is not the MD5 is as it should be."""
        etag = answer.get("ETag")
        if etag is None:
            self._look(key, file.size, answer)
        elif has_other_etags(answer) or self._storage.bucket_name.endswith("--x-s3"):
            self._etags_are_md5 = False
        elif isinstance(digest_in_etag(etag), MD5):
            raise other_bytes(etag, file.md5)
        else:
            self._look(key, file.size, answer)

    def _look(self, key: str, size: int, answer: dict[str, Any]) -> None:
        """Ask for an object of which the answer to a put tells nothing."""
        told = "The service answered a put with "
        headers = answer["ResponseMetadata"].get("HTTPHeaders", {})
        is_page = headers.get("content-type", "").startswith("text/html")
        # Some servers call an empty answer a page, too.
        if is_page and headers.get("content-length") != "0":
            raise NotStored(f"{told}a page of HTML")
        try:
            head = self._client.head_object(Bucket=self._storage.bucket_name, Key=key)
        except ClientError as error:
            if is_missing(error):
                raise NotStored(
                    f"{told}no ETag of S3, and has no object there"
                ) from error
            raise
        if head.get("ContentLength") != size:
            raise NotStored(f"{told}no ETag of S3, and has another object there")

    def _put_in_parts(
        self, upload: Upload, file: Body | Reader
    ) -> tuple[str | None, bool]:
        """Return the ETag, and whether it is of the bytes."""
        self._completed.answer = {}
        self._client.upload_fileobj(
            file,
            Bucket=self._storage.bucket_name,
            Key=upload.key,
            ExtraArgs=dict(upload.parameters),
            Config=self._transfer_config,
        )
        answer = self._completed.answer
        if not answer.get("ETag"):
            self._look(upload.key, file.size, answer)
        return answer.get("ETag"), not has_other_etags(answer)

    def _note(self, parsed: dict[str, Any], **_: Any) -> None:
        """Keep what ``upload_fileobj()`` does not return; its parts have no threads."""
        self._completed.answer = parsed


def guarded(upload: Upload) -> Upload:
    """Return the put that S3 refuses unless what is expected is there."""
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    condition = {"IfMatch": f'"{upload.expected}"'}
    return replace(upload, parameters={**condition, **upload.parameters})


def has_other_etags(told: Mapping[str, Any]) -> bool:
    """
    Return whether the object is encrypted such that its ETag is no MD5.

    The parameters of a put tell, and the answer to it.
    """
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
    encryption = told.get("ServerSideEncryption", "AES256")
    return encryption != "AES256" or "SSECustomerAlgorithm" in told
