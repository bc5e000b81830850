"""Google Cloud Storage, through google-cloud-storage."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from google.api_core.exceptions import GoogleAPIError, NotFound
from google.api_core.retry import Retry
from google.auth.exceptions import GoogleAuthError
from google.cloud.storage import Blob, Bucket
from google.cloud.storage.retry import DEFAULT_RETRY
from google.resumable_media import DataCorruption
from requests import RequestException
from storages.backends.gcloud import CONTENT_ENCODING, CONTENT_TYPE
from storages.utils import clean_name

from faststatic_storages.providers.base import Action, Explanation, Page
from faststatic_storages.providers.checks import (
    check_container,
    check_overwrite,
    signed_urls,
)
from faststatic_storages.providers.gcloud.delete import delete_batch
from faststatic_storages.providers.gcloud.errors import answer_of, explain
from faststatic_storages.providers.gcloud.listing import FIELDS, info_of
from faststatic_storages.providers.gcloud.put import PREDEFINED_ACL, GoogleCloudPut
from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.providers.transport.body import BoundedBody
from faststatic_storages.providers.transport.connections import keep_connections
from faststatic_storages.providers.transport.counting import RequestCount, answers_to
from faststatic_storages.providers.transport.provider import SdkProvider
from faststatic_storages.providers.transport.throttling import Answer
from faststatic_storages.sync.content import Content
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.upload import Upload

# Of an object that is replaced each time.
MAX_READS = 3
# https://googleapis.dev/python/storage/latest/#tracing
ENABLE_TRACES = "ENABLE_GCS_PYTHON_CLIENT_OTEL_TRACES"


class GoogleCloudProvider(SdkProvider):
    """Objects of one bucket, for any subclass of ``GoogleCloudStorage``."""

    caching_parameters = ("cache_control",)
    # What django-storages sets of a blob, and the ACL, which it takes apart.
    known_parameters = frozenset(
        {name for name in dir(Blob) if getattr(getattr(Blob, name), "fset", None)}
        | {"acl"}
    )
    sdk = GoogleCloudPut.sdk
    errors = (
        DataCorruption,
        GoogleAPIError,
        GoogleAuthError,
        RequestException,
        ValueError,
    )
    # https://cloud.google.com/storage/docs/batch
    max_keys_in_a_delete = 100
    retry: Retry = DEFAULT_RETRY
    """Of each request that fails with 408, 429, 5xx or a broken connection."""

    def __init__(self, storage: Any) -> None:
        super().__init__(storage)
        check_container(storage, "bucket", "bucket_name", "GS_BUCKET_NAME")

    @cached_property
    def bucket(self) -> Bucket:
        """The storage's own bucket and client; the client serves all threads."""
        bucket: Bucket = self.storage.bucket
        keep_connections(bucket.client._http, self.connections)
        if not os.environ.get(ENABLE_TRACES):
            # Asks for the bucket, on a thread of its own, to label traces with it.
            bucket.client._bucket_metadata_cache = None
        return bucket

    @cached_property
    def sdk_requests(self) -> RequestCount:
        return answers_to(self.bucket.client._http)

    @property
    def place(self) -> str:
        return f"bucket {self.storage.bucket_name!r}"

    def make_put(self) -> GoogleCloudPut:
        retries = self.retry._predicate

        def is_for_the_sdk(error: Exception) -> bool:
            # The run waits as it is told, and lets fewer run at a time.
            return retries(error) and not self.is_throttled(error)

        retry = self.retry.with_predicate(is_for_the_sdk)
        return GoogleCloudPut(self.storage, self.bucket, retry)

    def check_settings(self) -> None:
        storage = self.storage
        check_overwrite(storage, "file_overwrite", "GS_FILE_OVERWRITE")
        if storage.querystring_auth and storage.default_acl != "publicRead":
            raise signed_urls(
                storage,
                "querystring_auth",
                "GS_QUERYSTRING_AUTH",
                unsigned=False,
                access="let allUsers read the bucket",
            )

    def doubts(self) -> Iterator[Misconfigured]:
        if self.storage.default_acl:
            yield Misconfigured(
                Problem.ACL,
                f"default_acl is {self.storage.default_acl!r} (GS_DEFAULT_ACL): a "
                "bucket with uniform access, as most are, refuses every upload.",
                'If this one has it, add "default_acl": None to OPTIONS in STORAGES '
                "and give allUsers the role Storage Object Viewer.",
            )

    def check(self) -> None:
        self.check_settings()
        try:
            self.check_transport()
        except self.errors as error:
            raise self.failure("connect", error) from error

    def key(self, name: str) -> str:
        key: str = self.storage._normalize_name(clean_name(name))
        return key

    def stored(self, key: str, content: Content) -> Upload:
        """As ``GoogleCloudStorage._save()``, which first asks for the object."""
        storage = self.storage
        guessed_type, guessed_encoding = mimetypes.guess_type(key)
        parameters = self.with_headers(key, storage.get_object_parameters(key))
        if guessed_encoding and CONTENT_ENCODING not in parameters:
            parameters[CONTENT_ENCODING] = guessed_encoding
        parameters[PREDEFINED_ACL] = parameters.pop("acl", storage.default_acl)
        parameters.setdefault(CONTENT_TYPE, guessed_type)
        if (
            storage.gzip
            and parameters[CONTENT_TYPE] in storage.gzip_content_types
            and CONTENT_ENCODING not in parameters
        ):
            parameters[CONTENT_ENCODING] = "gzip"
            content = content.compressed(storage._compress_content)
        return Upload(key, content, parameters)

    @property
    def lists_in_order(self) -> bool:
        return True

    def list(self) -> Iterator[ObjectInfo]:
        for page in self.pages():
            yield from page.objects

    def pages(self, after: str = "") -> Iterator[Page]:
        prefix = self.key("")
        try:
            blobs = self.bucket.list_blobs(
                prefix=prefix or None,
                # Unlike ours, its listing has the very key as well.
                start_offset=after or None,
                fields=FIELDS,
                retry=self.retry,
            )
            for page in blobs.pages:
                objects = [
                    info_of(blob) for blob in page if blob.name not in (prefix, after)
                ]
                yield Page(objects, is_last=blobs.next_page_token is None)
        except self.errors as error:
            raise self.failure("list", error) from error

    def get(self, key: str) -> bytes:
        """
        Ask for the object, then for that generation of it, as ``GoogleCloudFile``.

        By its name alone, a public object comes from Google's cache, of any age up to
        its max-age.
        """
        try:
            for _ in range(MAX_READS):
                if (blob := self.bucket.get_blob(key, retry=self.retry)) is None:
                    break
                # What is not found then was replaced in between.
                with suppress(NotFound):
                    blob = self.bucket.blob(key, generation=blob.generation)
                    body = BoundedBody(self.max_size_read)
                    blob.download_to_file(body, retry=self.retry)
                    return self.bounded(key, body.getvalue())
        except self.errors as error:
            raise self.failure("read", error) from error
        raise FileNotFoundError(f"File does not exist: {key}")

    def answer_of(self, error: BaseException) -> Answer | None:
        return answer_of(error)

    def delete_batch(self, keys: Sequence[str]) -> None:
        delete_batch(self.bucket, keys, self.retry)

    def explain(self, error: BaseException, action: Action) -> Explanation:
        return explain(error, action)
