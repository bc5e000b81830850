"""The ready-made classes for credentials that may do nothing but write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import (
    AccountSasPermissions,
    ResourceTypes,
    generate_account_sas,
)
from django.core.management.base import CommandError

from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.cloud_site import CloudSite
from tests.sites.clouds import Azure, Cloud, GoogleCloud
from tests.sites.site import Site

# django-storages' own, whenever an AzureStorage is constructed.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)

FILES: Mapping[str, str | bytes] = {
    "a.css": "b { background: url(b.png) }",
    "b.png": b"b",
}
KINDS = [("", 2), ("Manifest", 5)]
TRANSPORTS = ["obstore", "sdk"]


def write_only_token(azure: Azure) -> dict[str, Any]:
    """Return OPTIONS with a SAS token that can neither read nor list nor delete."""
    token = generate_account_sas(
        azure.proxy.account,
        azure.proxy.key,
        ResourceTypes(object=True),
        AccountSasPermissions(create=True, write=True),
        datetime.now(UTC) + timedelta(hours=1),
    )
    return {
        "connection_string": (
            f"BlobEndpoint={azure.proxy.url}{azure.proxy.account_path};"
            f"SharedAccessSignature={token}"
        )
    }


@pytest.fixture
def azure_site(tmp_path: Path, azure: Azure) -> CloudSite:
    return CloudSite(tmp_path, azure)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(("kind", "objects"), KINDS)
def test_azure_token_that_may_only_write(
    azure_site: CloudSite, azure: Azure, kind: str, objects: int, transport: str
) -> None:
    backend = (
        f"faststatic_storages.backends.azure_storage.AzureWriteOnly{kind}StaticStorage"
    )
    options = write_only_token(azure)
    azure_site.write(FILES)
    for _ in range(2):
        azure_site.collect(backend=backend, transport=transport, **options)
        # Objects are replaced by the second, too.
        azure_site.write({"b.png": b"new"})

    stored = azure.objects()
    assert len(stored) == objects + (2 if kind else 0)
    assert stored["b.png"].body == b"new"
    assert not any(b"sig=" in one.body for one in stored.values())
    storage = azure.storage(backend, **options)
    if kind:
        with pytest.raises(Exception, match=r'SAS token with "r" \(read\)'):
            storage.url("b.png")
    else:
        assert "?" not in storage.url("b.png")


@pytest.mark.parametrize("kind", ["", "Manifest"])
def test_refused_listing_names_the_class_that_needs_none(
    azure_site: CloudSite, azure: Azure, kind: str
) -> None:
    azure_site.write(FILES)

    with pytest.raises(
        CommandError, match=r"\(list\), take AzureWriteOnlyManifestStatic"
    ):
        azure_site.collect(
            backend=f"faststatic_storages.backends.azure_storage.Azure{kind}StaticStorage",
            **write_only_token(azure),
        )


@pytest.mark.parametrize(("kind", "objects"), KINDS)
def test_google_cloud_is_asked_nothing(
    tmp_path: Path, google_cloud: GoogleCloud, kind: str, objects: int
) -> None:
    site = CloudSite(tmp_path, google_cloud)
    site.write(FILES)
    refuse_all_but_writes(google_cloud)

    site.collect(
        backend="faststatic_storages.backends.gcloud."
        f"GoogleCloudWriteOnly{kind}StaticStorage"
    )

    assert len(google_cloud.keys()) == objects


def refuse_all_but_writes(cloud: Cloud) -> None:
    for operation in ("List", "Get", "Head", "Delete", "DeleteBatch"):
        cloud.proxy.fail(operation, status=403, body=cloud.refusal)


@pytest.mark.parametrize(("kind", "objects"), KINDS)
def test_s3_is_asked_nothing(
    site: Site, server: S3Server, bucket: Bucket, kind: str, objects: int
) -> None:
    site.write(FILES)
    for operation in ("ListObjectsV2", "GetObject", "HeadObject", "DeleteObject"):
        server.fail(operation, status=403, code="AccessDenied")

    site.collect(
        backend=f"faststatic_storages.backends.s3.S3WriteOnly{kind}StaticStorage"
    )

    assert len(bucket.keys()) == objects
