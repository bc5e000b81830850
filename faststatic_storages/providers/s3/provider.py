"""Amazon S3 and the services that speak its protocol, through boto3."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from s3transfer.constants import ALLOWED_DOWNLOAD_ARGS
from s3transfer.manager import TransferManager
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from faststatic_storages.providers.base import Action, Explanation, NotInOrder, Page
from faststatic_storages.providers.checks import (
    check_container,
    check_overwrite,
    signed_urls,
)
from faststatic_storages.providers.copies import outside_of_runs
from faststatic_storages.providers.files import parameters_of
from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.providers.s3 import listing
from faststatic_storages.providers.s3.delete import delete_batch
from faststatic_storages.providers.s3.doubts import acl_disabled, bucket_in_endpoint
from faststatic_storages.providers.s3.errors import answer_of, explain, is_missing
from faststatic_storages.providers.s3.put import S3Put
from faststatic_storages.providers.s3.request import is_sample
from faststatic_storages.providers.transport.counting import RequestCount
from faststatic_storages.providers.transport.provider import SdkProvider
from faststatic_storages.providers.transport.throttling import Answer
from faststatic_storages.sync.content import Content
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.upload import Upload

# What the AWS CLI and boto3 use where nothing else is configured.
DEFAULT_PART_SIZE = 8 * 1024 * 1024
# How the names of directory buckets end, and those of access points to them.
DIRECTORY_BUCKETS = ("--x-s3", "--xa-s3")
# What a service may answer to a parameter that it does not know.
NOT_UNDERSTOOD = (400, 501)


class S3Provider(SdkProvider):
    """Objects of one bucket, for any subclass of django-storages' ``S3Storage``."""

    caching_parameters = ("CacheControl", "Expires")
    known_parameters = frozenset(TransferManager.ALLOWED_UPLOAD_ARGS)
    sdk = S3Put.sdk
    errors = (BotoCoreError, ClientError)
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
    max_keys_in_a_delete = 1000

    def __init__(self, storage: Any) -> None:
        super().__init__(storage)
        check_container(storage, "bucket", "bucket_name", "AWS_STORAGE_BUCKET_NAME")
        self._bucket: str = storage.bucket_name

    @cached_property
    def client(self) -> Any:
        """The run's client, for all threads; a copy of the storage connects anew."""
        storage = outside_of_runs(self.storage)
        session = storage._create_session()
        share_data_files(self.storage, session)
        storage._create_session = lambda: session
        config = storage.client_config
        pool_size = max(config.max_pool_connections, self.connections)
        storage.client_config = config.merge(Config(max_pool_connections=pool_size))
        client = storage.connection.meta.client
        listing.install(client)
        client.meta.events.register_last("before-send.s3", self._count)
        return client

    def _count(self, request: Any, **_: Any) -> None:
        if not is_sample(request):
            self.sdk_requests.add()

    @cached_property
    def sdk_requests(self) -> RequestCount:
        return RequestCount()

    def make_put(self) -> S3Put:
        return S3Put(self.storage, self.client)

    @property
    def place(self) -> str:
        return f"bucket {self._bucket!r}"

    @property
    def part_sizes(self) -> tuple[int, ...]:
        return (self.storage.transfer_config.multipart_chunksize, DEFAULT_PART_SIZE)

    def check_settings(self) -> None:
        check_overwrite(self.storage, "file_overwrite", "AWS_S3_FILE_OVERWRITE")

    def doubts(self) -> Iterator[Misconfigured]:
        acl, endpoint = self.storage.default_acl, self.storage.endpoint_url
        doubts = acl_disabled(acl, endpoint), bucket_in_endpoint(self._bucket, endpoint)
        yield from filter(None, doubts)

    def check(self) -> None:
        self.check_settings()
        try:
            self.check_transport()
        except (BotoCoreError, ValueError) as error:
            raise self.failure("connect", error) from error

    def key(self, name: str) -> str:
        key: str = self.storage._normalize_name(clean_name(name))
        return key

    def warnings(self) -> Iterator[Misconfigured | str]:
        storage = self.storage
        is_signed = storage.cloudfront_signer or not storage.custom_domain
        if storage.querystring_auth and is_signed:
            yield signed_urls(
                storage,
                "querystring_auth",
                "AWS_QUERYSTRING_AUTH",
                problem=Problem.PROBABLY_SIGNED_URLS,
                unsigned=False,
                access="allow public reading in the bucket policy",
            )

    def is_plain_url(self, url: Callable[..., str]) -> bool:
        return getattr(url, "__func__", None) is S3Storage.url

    def stored(self, key: str, content: Content) -> Upload:
        storage = self.storage
        parameters = parameters_of(
            storage._get_write_parameters,
            S3Storage._get_write_parameters,
            key,
            content,
        )
        parameters = self.with_headers(key, parameters)
        if (
            storage.gzip
            and parameters["ContentType"] in storage.gzip_content_types
            and "ContentEncoding" not in parameters
        ):
            parameters["ContentEncoding"] = "gzip"
            content = content.compressed(storage._compress_content)
        return Upload(key, content, parameters)

    def encoded(self, key: str, content: Content) -> Content:
        return super().encoded(key, content) if self.storage.gzip else content

    @property
    def lists_in_order(self) -> bool:
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-differences.html
        return not self._bucket.endswith(DIRECTORY_BUCKETS)

    def list(self) -> Iterator[ObjectInfo]:
        for page in self.pages():
            yield from page.objects

    def pages(self, after: str = "") -> Iterator[Page]:
        prefix = self.key("")
        place = {"StartAfter": after} if after else {}
        paginator = self.client.get_paginator("list_objects_v2")
        try:
            for page in paginator.paginate(Bucket=self._bucket, Prefix=prefix, **place):
                if listing.OBJECTS not in page:
                    raise self.failure("list", ValueError("the answer is no listing"))
                objects = page[listing.OBJECTS]
                is_last = not page.get("IsTruncated")
                yield Page([info for info in objects if info.key != prefix], is_last)
        except self.errors as error:
            answer = answer_of(error)
            if after and answer is not None and answer.status in NOT_UNDERSTOOD:
                raise NotInOrder from error
            raise self.failure("list", error) from error

    def get(self, key: str) -> bytes:
        name = key.removeprefix(self.key(""))
        parameters = {
            parameter: value
            for parameter, value in self.storage.get_object_parameters(name).items()
            if parameter in ALLOWED_DOWNLOAD_ARGS
        }
        try:
            client = self._client_to_read
            response = client.get_object(Bucket=self._bucket, Key=key, **parameters)
            with closing(response["Body"]) as stream:
                # Only a read that finds the end tells whether it was the end.
                body: bytes = stream.read(self.max_size_read) + stream.read(1)
        except self.errors as error:
            if is_missing(error):
                raise FileNotFoundError(f"File does not exist: {key}") from error
            raise self.failure("read", error) from error
        if self.storage.gzip and response.get("ContentEncoding") == "gzip":
            body = self.decompressed(key, self.bounded(key, body))
        return self.bounded(key, body)

    @property
    def _client_to_read(self) -> Any:
        """The run's client, or else the storage's, as web processes have no other."""
        if "client" in vars(self):
            return self.client
        # That one has nobody who counts.
        self.sdk_requests.add()
        return self.storage.connection.meta.client

    def answer_of(self, error: BaseException) -> Answer | None:
        return answer_of(error)

    def delete_batch(self, keys: Sequence[str]) -> None:
        for refusal in delete_batch(self.client, self._bucket, keys):
            message = f"{refusal['Key']!r} {refusal.get('Message', '')}"
            told: Any = {"Error": {**refusal, "Message": message}}
            raise ClientError(told, "DeleteObjects")

    def explain(self, error: BaseException, action: Action) -> Explanation:
        endpoint = self.storage.endpoint_url or ""
        return explain(error, action, bucket=self._bucket, endpoint=endpoint)


def share_data_files(storage: S3Storage, session: Any) -> None:
    """
    Let ``session`` have what the storage's connection has read of boto3's own files.

    To read and parse them is nearly all that a connection costs: 0.1 s.
    """
    connection = getattr(storage._connections, "connection", None)
    if connection is not None:
        loader = connection.meta.client._loader
        session._session.register_component("data_loader", loader)
        session._loader = loader
