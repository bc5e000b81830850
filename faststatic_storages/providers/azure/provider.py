"""Azure Blob Storage, through azure-storage-blob."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from inspect import signature
from typing import Any

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.storage.blob import ContainerClient, ContentSettings
from django.contrib.staticfiles.storage import HashedFilesMixin
from requests import Session
from storages.backends.azure_storage import AzureStorage
from storages.utils import clean_name

from faststatic_storages.providers.azure.delete import delete_batch
from faststatic_storages.providers.azure.errors import answer_of, explain
from faststatic_storages.providers.azure.listing import (
    digest_of,
    is_directory,
    version_of,
)
from faststatic_storages.providers.azure.put import AzurePut
from faststatic_storages.providers.base import Action, Explanation
from faststatic_storages.providers.checks import (
    check_container,
    check_overwrite,
    signed_urls,
)
from faststatic_storages.providers.files import parameters_of
from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.providers.transport.body import BoundedBody
from faststatic_storages.providers.transport.connections import keep_connections
from faststatic_storages.providers.transport.counting import RequestCount, answers_to
from faststatic_storages.providers.transport.provider import SdkProvider
from faststatic_storages.providers.transport.throttling import Answer
from faststatic_storages.sync.content import Content
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.upload import Upload


class AzureProvider(SdkProvider):
    """
    Blobs of one container, for any subclass of django-storages' ``AzureStorage``.

    The service tells the MD5 of a blob that was sent in one piece. One that was sent in
    blocks (over 64 MiB; ``max_single_put_size`` in ``client_options`` is the limit) has
    none, and is sent again at each run.
    """

    caching_parameters = ("cache_control",)
    known_parameters = frozenset(signature(ContentSettings).parameters) - {"kwargs"}
    sdk = AzurePut.sdk
    errors = (AzureError, ValueError)
    # https://learn.microsoft.com/rest/api/storageservices/blob-batch
    max_keys_in_a_delete = 256

    def __init__(self, storage: Any) -> None:
        super().__init__(storage)
        check_container(storage, "container", "azure_container", "AZURE_CONTAINER")

    @cached_property
    def client(self) -> ContainerClient:
        """The storage's own client, which serves all threads."""
        client: ContainerClient = self.storage.client
        if (session := session_of(client)) is not None:
            keep_connections(session, self.connections)
        return client

    @cached_property
    def sdk_requests(self) -> RequestCount | None:
        session = session_of(self.client)
        return answers_to(session) if session is not None else None

    @property
    def place(self) -> str:
        return f"container {self.storage.azure_container!r}"

    def make_put(self) -> AzurePut:
        return AzurePut(self.storage, self.client)

    def check_settings(self) -> None:
        storage = self.storage
        check_overwrite(storage, "overwrite_files", "AZURE_OVERWRITE_FILES")
        if storage.expiration_secs:
            raise signed_urls(
                storage,
                "expiration_secs",
                "AZURE_URL_EXPIRATION_SECS",
                unsigned=None,
                access="allow anonymous read access to the container's blobs",
            )
        self._check_credentials()

    def check(self) -> None:
        self.check_settings()
        try:
            self.check_transport()
            url = self._url()
        except self.errors as error:
            raise self.failure("connect", error) from error
        if "?" in url:
            raise Misconfigured(
                Problem.SIGNED_URLS,
                "The URL of a static file would contain the SAS token of the "
                "deployment.",
                "Inherit faststatic_storages.backends.azure_storage."
                "UnsignedAzureStorage, which leaves it out, in the place of "
                "AzureStorage, or use account_key or token_credential.",
            )

    def _check_credentials(self) -> None:
        storage = self.storage
        if storage.connection_string is not None:
            return
        if not storage.account_name:
            raise Misconfigured(
                Problem.NO_CREDENTIALS,
                "There is no storage account.",
                "Set account_name (AZURE_ACCOUNT_NAME) or connection_string "
                "(AZURE_CONNECTION_STRING).",
            )
        if not (storage.account_key or storage.sas_token or storage.token_credential):
            raise Misconfigured(
                Problem.NO_CREDENTIALS,
                "There are no credentials.",
                "Set account_key (AZURE_ACCOUNT_KEY), sas_token (AZURE_SAS_TOKEN), "
                "token_credential (AZURE_TOKEN_CREDENTIAL) or connection_string "
                "(AZURE_CONNECTION_STRING).",
            )

    def _url(self) -> str:
        """Return some URL as it is before Django's mixin looks into the manifest."""
        storage = self.storage
        if isinstance(storage, HashedFilesMixin):
            storage = super(HashedFilesMixin, storage)
        url: str = storage.url("name")
        return url

    def key(self, name: str) -> str:
        key: str
        if not name or name.endswith("/"):
            # A prefix; no blob can have such a name.
            key = self.storage._normalize_name(clean_name(name)).lstrip("./")
        else:
            key = self.storage._get_valid_path(name)
        return key

    def stored(self, key: str, content: Content) -> Upload:
        parameters = parameters_of(
            self.storage._get_content_settings_parameters,
            AzureStorage._get_content_settings_parameters,
            key,
            content,
        )
        return Upload(key, content, self.with_headers(key, parameters))

    def with_headers(self, key: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        own = {"cache_control": self.storage.cache_control}
        return super().with_headers(key, {**own, **parameters})

    def encoded(self, key: str, content: Content) -> Content:
        return content

    def list(self) -> Iterator[ObjectInfo]:
        prefix = self.key("")
        try:
            for blob in self.client.list_blobs(
                name_starts_with=prefix or None,
                include=["metadata"],
                timeout=self.storage.timeout,
            ):
                if blob.name != prefix and not is_directory(blob):
                    yield ObjectInfo(
                        key=blob.name,
                        size=blob.size,
                        modified=blob.last_modified,
                        digest=digest_of(blob.content_settings.content_md5),
                        version=version_of(blob.etag),
                    )
        except self.errors as error:
            raise self.failure("list", error) from error

    def get(self, key: str) -> bytes:
        try:
            body = BoundedBody(self.max_size_read)
            self.client.download_blob(key, timeout=self.storage.timeout).readinto(body)
        except ResourceNotFoundError as error:
            raise FileNotFoundError(f"File does not exist: {key}") from error
        except self.errors as error:
            raise self.failure("read", error) from error
        return self.bounded(key, body.getvalue())

    def answer_of(self, error: BaseException) -> Answer | None:
        return answer_of(error)

    def delete_batch(self, keys: Sequence[str]) -> None:
        delete_batch(self.client, keys, self.storage.timeout)

    def explain(self, error: BaseException, action: Action) -> Explanation:
        return explain(error, action)


def session_of(client: ContainerClient) -> Session | None:
    """Return what the client sends with, unless that is a project's own business."""
    transport: Any = getattr(client._config, "transport", None)
    if not hasattr(transport, "session"):
        return None
    transport.open()
    session: Session = transport.session
    return session
