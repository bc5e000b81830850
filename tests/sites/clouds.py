"""The object stores that are not S3: each a real server behind a recording proxy."""

from __future__ import annotations

import os
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import pytest
from azure.storage.blob import BlobProperties, BlobServiceClient, ContainerClient
from django.utils.module_loading import import_string
from google.cloud.storage import Client
from google.oauth2.credentials import Credentials

from tests.servers.azure import AzureServer, azure_server
from tests.servers.gcs import ENDPOINT as GCS_ENDPOINT
from tests.servers.gcs import GcsServer, gcs_server
from tests.servers.proxy import RecordingProxy


@dataclass(frozen=True, slots=True)
class StoredObject:
    body: bytes
    content_type: str | None
    content_encoding: str | None
    cache_control: str | None
    metadata: dict[str, str]


class Cloud(ABC):
    """One vendor: its classes, the server and what is in the container in use."""

    plain: ClassVar[str]
    manifest: ClassVar[str]
    impatient: ClassVar[str]
    """The manifest class, with retries that end within a second."""
    write_only: ClassVar[str]
    stock_plain: ClassVar[str]
    stock_manifest: ClassVar[str]
    project: ClassVar[str]
    stock_project: ClassVar[str]
    refusal: ClassVar[str]
    """The body of a 403 as the vendor words it."""
    container_option: ClassVar[str]
    not_overwriting: ClassVar[dict[str, Any]]
    signing: ClassVar[dict[str, Any]]
    """The option that makes url() sign."""
    stock: ClassVar[dict[str, Any]] = {}
    """What the stock class needs to overwrite at all."""
    read: ClassVar[dict[str, int]]
    """The requests by which an object is read …"""
    miss: ClassVar[dict[str, int]]
    """… and by which it is found missing."""
    list_permission: ClassVar[str]
    batch_size: ClassVar[int]
    refusal_in_batch: ClassVar[tuple[int, str, str]]
    """Status, content type and body of the answer to a batch whose part is refused."""
    sdk: ClassVar[str]
    package: ClassVar[str]
    extra: ClassVar[str]
    parameters: ClassVar[dict[str, Any]]
    """Of an object: each that obstore has a word for."""
    banner: ClassVar[str]
    """The plain class over one with a _save() of its own."""
    unretrying: ClassVar[str]
    """The manifest class, which leaves the retries to the run."""

    def __init__(self, proxy: RecordingProxy) -> None:
        self.proxy = proxy
        self.container = self.create()

    @abstractmethod
    def create(self) -> str:
        """Create a container with a new name and return that."""

    @abstractmethod
    def drop(self, container: str) -> None: ...

    @abstractmethod
    def options(self) -> dict[str, Any]:
        """Return the OPTIONS that connect to the server through the proxy."""

    def storage(self, backend: str = "", **options: Any) -> Any:
        """Construct the storage as a web process does."""
        return import_string(backend or self.plain)(**self.options() | options)

    @abstractmethod
    def objects(self) -> dict[str, StoredObject]: ...

    @abstractmethod
    def properties(self) -> dict[str, dict[str, str]]:
        """Return all that the service tells of each object, save for when and where."""

    @abstractmethod
    def keys(self) -> list[str]: ...

    @abstractmethod
    def put(self, key: str, body: bytes) -> None: ...


class GoogleCloud(Cloud):
    plain = "faststatic_storages.backends.gcloud.GoogleCloudStaticStorage"
    manifest = "faststatic_storages.backends.gcloud.GoogleCloudManifestStaticStorage"
    impatient = "tests.sites.cloud_storages.ImpatientGoogleCloud"
    write_only = "tests.sites.cloud_storages.GoogleCloudWriteOnly"
    stock_plain = "tests.sites.cloud_storages.StockGoogleCloud"
    stock_manifest = "tests.sites.cloud_storages.StockGoogleCloudManifest"
    project = "tests.sites.cloud_storages.GoogleCloudProject"
    stock_project = "tests.sites.cloud_storages.StockGoogleCloudProject"
    refusal = (
        '{"error": {"code": 403, "message": "ci@example.iam.gserviceaccount.com does '
        'not have access."}}'
    )
    container_option = "bucket_name"
    not_overwriting: ClassVar[dict[str, Any]] = {"file_overwrite": False}
    signing: ClassVar[dict[str, Any]] = {"querystring_auth": True}
    read: ClassVar[dict[str, int]] = {"Head": 1, "Get": 1}
    miss: ClassVar[dict[str, int]] = {"Head": 1}
    list_permission = "storage.objects.list"
    batch_size = 100
    refusal_in_batch = (
        200,
        "multipart/mixed; boundary=part",
        "--part\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 403 Forbidden\r\n"
        f"Content-Type: application/json\r\n\r\n{refusal}\r\n--part--",
    )
    sdk = "google.cloud.storage"
    package = "google-cloud-storage"
    extra = "gcloud"
    parameters: ClassVar[dict[str, Any]] = {
        "cache_control": "max-age=60, public",
        "content_disposition": 'inline; filename="x"',
        "content_language": "de",
        "metadata": {"release": "5f2a", "note": "x y"},
        "storage_class": "NEARLINE",
    }
    banner = "tests.sites.cloud_storages.GoogleCloudBanner"
    unretrying = "tests.sites.cloud_storages.UnretryingGoogleCloud"

    def __init__(self, proxy: RecordingProxy) -> None:
        # Live, the machine's default credentials are used.
        self.credentials = (
            None if os.environ.get(GCS_ENDPOINT) else Credentials(token="token")
        )
        self.client = Client(
            project="faststatic",
            credentials=self.credentials,
            client_options={"api_endpoint": proxy.upstream},
        )
        super().__init__(proxy)

    @staticmethod
    @contextmanager
    def running() -> Iterator[GcsServer]:
        with gcs_server() as proxy, pytest.MonkeyPatch.context() as patch:
            # Only this tells django-storages' client another address.
            patch.setenv("STORAGE_EMULATOR_HOST", proxy.url)
            yield proxy

    def create(self) -> str:
        name = f"faststatic-{uuid.uuid4()}"
        self.client.create_bucket(name)
        return name

    def drop(self, container: str) -> None:
        bucket = self.client.bucket(container)
        bucket.delete_blobs(list(bucket.list_blobs()))
        bucket.delete()

    def options(self) -> dict[str, Any]:
        return {
            "bucket_name": self.container,
            "project_id": "faststatic",
            "credentials": self.credentials,
        }

    def objects(self) -> dict[str, StoredObject]:
        return {
            blob.name: StoredObject(
                blob.download_as_bytes(raw_download=True),
                blob.content_type,
                blob.content_encoding,
                blob.cache_control,
                blob.metadata or {},
            )
            for blob in self.client.list_blobs(self.container)
        }

    def properties(self) -> dict[str, dict[str, str]]:
        told = ("etag", "generation", "id", "mediaLink")
        return {
            blob.name: {
                name: str(value).replace(self.container, "…")
                for name, value in blob._properties.items()
                if name not in told and not name.startswith(("time", "updated"))
            }
            for blob in self.client.list_blobs(self.container, projection="full")
        }

    def keys(self) -> list[str]:
        return [blob.name for blob in self.client.list_blobs(self.container)]

    def put(self, key: str, body: bytes) -> None:
        self.client.bucket(self.container).blob(key).upload_from_string(body)


class Azure(Cloud):
    plain = "faststatic_storages.backends.azure_storage.AzureStaticStorage"
    manifest = "faststatic_storages.backends.azure_storage.AzureManifestStaticStorage"
    impatient = "tests.sites.cloud_storages.ImpatientAzure"
    write_only = "tests.sites.cloud_storages.AzureWriteOnly"
    stock_plain = "tests.sites.cloud_storages.StockAzure"
    stock_manifest = "tests.sites.cloud_storages.StockAzureManifest"
    project = "tests.sites.cloud_storages.AzureProject"
    stock_project = "tests.sites.cloud_storages.StockAzureProject"
    refusal = (
        '<?xml version="1.0" encoding="utf-8"?><Error><Code>'
        "AuthorizationPermissionMismatch</Code><Message>This request is not authorized "
        "to perform this operation using this permission.</Message></Error>"
    )
    container_option = "azure_container"
    not_overwriting: ClassVar[dict[str, Any]] = {"overwrite_files": False}
    signing: ClassVar[dict[str, Any]] = {"expiration_secs": 3600}
    read: ClassVar[dict[str, int]] = {"Get": 1}
    miss = read
    list_permission = "Storage Blob Data Contributor"
    batch_size = 256
    refusal_in_batch = (
        202,
        "multipart/mixed; boundary=part",
        "--part\r\nContent-Type: application/http\r\nContent-ID: 0\r\n\r\n"
        "HTTP/1.1 403 Forbidden\r\nx-ms-error-code: AuthorizationPermissionMismatch"
        "\r\n\r\n\r\n--part--",
    )
    sdk = "azure.storage.blob"
    package = "azure-storage-blob"
    extra = "azure"
    parameters: ClassVar[dict[str, Any]] = {
        "cache_control": "max-age=60, public",
        "content_disposition": 'inline; filename="x"',
        "content_language": "de",
    }
    banner = "tests.sites.cloud_storages.AzureBanner"
    unretrying = "tests.sites.cloud_storages.ImpatientAzure"

    proxy: AzureServer

    def __init__(self, proxy: AzureServer) -> None:
        self.service = BlobServiceClient.from_connection_string(
            proxy.connection_string(proxy.upstream)
        )
        super().__init__(proxy)

    @staticmethod
    def running() -> AbstractContextManager[AzureServer]:
        return azure_server()

    def create(self) -> str:
        name = f"faststatic-{uuid.uuid4()}"
        self.service.create_container(name)
        return name

    def drop(self, container: str) -> None:
        self.service.delete_container(container)

    def options(self) -> dict[str, Any]:
        return {
            "azure_container": self.container,
            "connection_string": self.proxy.connection_string(),
        }

    def objects(self) -> dict[str, StoredObject]:
        client = self.service.get_container_client(self.container)
        return {blob.name: self._stored(client, blob) for blob in client.list_blobs()}

    def _stored(self, client: ContainerClient, blob: BlobProperties) -> StoredObject:
        headers = blob.content_settings
        # The SDK would decompress what it reads.
        is_plain = headers.content_encoding is None
        return StoredObject(
            client.download_blob(blob.name).readall()
            if is_plain
            else bytes(headers.content_md5 or b""),
            headers.content_type,
            headers.content_encoding,
            headers.cache_control,
            {"content_language": headers.content_language or ""},
        )

    def properties(self) -> dict[str, dict[str, str]]:
        client = self.service.get_container_client(self.container)
        return {
            blob.name: {
                name: str(value)
                for name, value in vars(blob).items()
                if name not in ("container", "etag") and not isinstance(value, datetime)
            }
            for blob in client.list_blobs(include=["metadata", "tags"])
        }

    def keys(self) -> list[str]:
        client = self.service.get_container_client(self.container)
        return [*client.list_blob_names()]

    def put(self, key: str, body: bytes) -> None:
        client = self.service.get_container_client(self.container)
        client.upload_blob(key, body)
