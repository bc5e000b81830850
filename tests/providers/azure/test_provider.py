"""What only Azure Blob Storage does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.core.pipeline.transport import HttpTransport, RequestsTransport
from azure.storage.blob import (
    AccountSasPermissions,
    BlobServiceClient,
    ResourceTypes,
    generate_account_sas,
)
from django.core.management.base import CommandError

from faststatic_storages.providers import provider_for
from faststatic_storages.providers.base import ProviderError
from faststatic_storages.sync.content import HeldBytes
from tests.servers.azure import CONNECTION_STRING, azure_server
from tests.sites.cloud_site import CloudSite
from tests.sites.clouds import Azure

# django-storages' own, whenever an AzureStorage is constructed.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)

PROJECT_OWN = "tests.sites.cloud_storages.AzureProject"


@pytest.fixture
def site(tmp_path: Path, azure: Azure) -> CloudSite:
    return CloudSite(tmp_path, azure)


def sas_options(azure: Azure) -> dict[str, Any]:
    """Return OPTIONS that connect with a SAS token in the place of the key."""

    token = generate_account_sas(
        azure.proxy.account,
        azure.proxy.key,
        ResourceTypes(container=True, object=True),
        AccountSasPermissions(read=True, write=True, list=True, delete=True),
        datetime.now(UTC) + timedelta(hours=1),
    )
    return {
        "connection_string": (
            f"BlobEndpoint={azure.proxy.url}{azure.proxy.account_path};"
            f"SharedAccessSignature={token}"
        )
    }


@pytest.mark.parametrize("status", [429, 503])
def test_throttled_service_gets_fewer_requests_and_everything(
    site: CloudSite, azure: Azure, status: int
) -> None:
    site.write({f"{n}.txt": str(n) for n in range(10)})
    azure.proxy.fail("Put", status=status, times=2)

    site.collect(backend=azure.impatient)

    assert len(azure.keys()) == 21


@pytest.mark.parametrize("ledger", ["auto", False])
def test_file_in_blocks_is_sent_once_with_a_ledger(
    site: CloudSite, azure: Azure, ledger: str | bool
) -> None:
    backend = "tests.sites.cloud_storages.AzureInBlocks"
    site.write({"film.mp4": b"film" * 1_000_000, "small.txt": "small"})

    runs = [site.collect(backend=backend, ledger=ledger) for _ in range(2)]

    in_blocks = {"List": 1, "UploadChunk": 2, "CommitChunks": 1}
    assert [run.requests.counts() for run in runs] == (
        [in_blocks | {"Put": 2}, {"List": 1, "Get": 1}]
        if ledger
        else [in_blocks | {"Put": 1}, in_blocks]
    )
    in_one_piece = [site.collect(backend=azure.plain) for _ in range(2)]
    sent = [] if ledger else ["film.mp4"]
    assert [run.requests.keys() for run in in_one_piece] == [sent, []]


def test_sas_token_writes_and_is_in_no_url(site: CloudSite, azure: Azure) -> None:
    site.write({"a.css": "b { background: url(b.png) }", "b.png": b"b"})

    site.collect(**sas_options(azure))

    assert len(azure.keys()) == 5
    assert not any(b"sig=" in stored.body for stored in azure.objects().values())
    url = azure.storage(azure.manifest, **sas_options(azure)).url("b.png")
    assert url.startswith("http://")
    assert "?" not in url


def test_url_is_signed_for_who_asks_for_it(azure: Azure) -> None:
    assert "sig=" in azure.storage().url("a.txt", expire=60)


def test_sas_token_in_the_urls_of_a_project_is_refused(
    site: CloudSite, azure: Azure
) -> None:
    with pytest.raises(CommandError, match=r"contain the SAS token .*UnsignedAzure"):
        site.collect(backend=PROJECT_OWN, overwrite_files=True, **sas_options(azure))


def test_project_chooses_its_transport(azure: Azure) -> None:
    class Transport(HttpTransport[Any, Any]):
        def __init__(self) -> None:
            self.requests = RequestsTransport()

        __enter__ = __exit__ = open = close = object.__init__  # type: ignore[assignment]

        def send(self, request: Any, **kwargs: Any) -> Any:
            return self.requests.send(request, **kwargs)

    storage = azure.storage()
    storage._service_client = BlobServiceClient.from_connection_string(
        azure.proxy.connection_string(), transport=Transport()
    )
    provider = provider_for(storage)
    provider.check()

    provider.put(provider.upload("a.txt", HeldBytes(b"a")))

    assert azure.keys() == ["a.txt"]
    # How many it sends is the project's own business, too.
    assert provider.requests is None


def test_directories_are_no_files(azure: Azure) -> None:
    container = azure.service.get_container_client(azure.container)
    container.upload_blob("css", b"", metadata={"hdi_isfolder": "true"})
    container.upload_blob("css/a.css", b"a", metadata={"release": "7"})

    assert [info.key for info in provider_for(azure.storage()).list()] == ["css/a.css"]


def test_content_settings_read_the_file(site: CloudSite, azure: Azure) -> None:
    site.write({"a.txt": "de"})

    site.collect(backend="tests.sites.cloud_storages.AzureLanguages")

    container = azure.service.get_container_client(azure.container)
    settings = container.get_blob_client("a.txt").get_blob_properties().content_settings
    assert settings.content_language == "de"
    assert azure.objects()["a.txt"].body == b"de"


# Bad input.


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        ({}, r"Set account_name .* or connection_string"),
        ({"account_name": "account"}, r"Set account_key .* sas_token"),
        ({"connection_string": "AccountKey=x"}, r"Copy account_key .* again, whole"),
    ],
)
def test_no_credentials(
    site: CloudSite, azure: Azure, options: dict[str, Any], remedy: str
) -> None:
    with pytest.raises(CommandError, match=remedy):
        site.collect(backend=azure.plain, **{"connection_string": None} | options)


@pytest.mark.parametrize("kind", ["plain", "manifest"])
def test_malformed_account_key(site: CloudSite, azure: Azure, kind: str) -> None:
    with pytest.raises(CommandError) as caught:
        site.collect(
            backend=getattr(azure, kind),
            connection_string=None,
            account_name="account",
            account_key="not base64",
        )

    assert "AzureSigningError" in str(caught.value)
    assert str(caught.value).endswith("from the storage account's access keys.")


def test_wrong_account_key(site: CloudSite, azure: Azure) -> None:
    wrong = azure.proxy.connection_string().replace(azure.proxy.key, "d3Jvbmc=")

    with pytest.raises(CommandError, match="403 Auth") as caught:
        site.collect(connection_string=wrong)

    assert "account_key (AZURE_ACCOUNT_NAME, AZURE_ACCOUNT_KEY)" in str(caught.value)


def test_account_that_does_not_exist(site: CloudSite, azure: Azure) -> None:
    with pytest.raises(CommandError, match="Check account_name, endpoint_suffix"):
        site.collect(
            backend="tests.sites.cloud_storages.ImpatientAzure",
            connection_string=(
                f"AccountName=missing;AccountKey={azure.proxy.key};"
                "BlobEndpoint=http://127.0.0.1:1/missing"
            ),
        )


def test_read_that_is_refused(azure: Azure) -> None:
    azure.proxy.fail("Get", status=403, body=azure.refusal)
    storage = azure.storage(azure.manifest)

    with pytest.raises(ProviderError, match=r'SAS token with "r" \(read\)'):
        storage.url("a.txt")


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (ClientAuthenticationError("no token"), "Check account_name and account_key"),
        (HttpResponseError("no answer"), "Cure the cause"),
    ],
)
def test_local_errors(azure: Azure, error: Exception, remedy: str) -> None:
    explanation = provider_for(azure.storage()).explain(error, "list")

    assert explanation.remedy.startswith(remedy)


def test_no_secret_is_told(azure: Azure) -> None:
    error = ValueError("http://user:secret@proxy:3128 GET /?sv=1&sig=secret&se=2")

    explanation = provider_for(azure.storage()).explain(error, "list")

    assert explanation.cause == "ValueError: http://proxy:3128 GET /?sv=1&sig=…&se=2"


@pytest.mark.parametrize("path", ["/devstoreaccount1", ""])
def test_suite_runs_against_a_server_that_runs_already(
    azure: Azure, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """In an emulator's address the account is in the path, in Azure's in the host."""
    endpoint = f"BlobEndpoint={azure.proxy.upstream}{path};" if path else ""
    monkeypatch.setenv(
        CONNECTION_STRING,
        f"AccountName={azure.proxy.account};AccountKey={azure.proxy.key};{endpoint}",
    )

    with azure_server() as proxy:
        if path:
            options = azure.options() | {"connection_string": proxy.connection_string()}
            provider = provider_for(azure.storage(**options))
            assert [*provider.list()] == []
            assert proxy.requests.counts() == {"List": 1}
        else:
            assert proxy.upstream == "https://devstoreaccount1.blob.core.windows.net"
            assert proxy.connection_string().endswith(f"BlobEndpoint={proxy.url};")


@pytest.mark.parametrize("kind", ["manifest", "banner"])
def test_cache_control_of_the_settings_replaces_the_default(
    site: CloudSite, azure: Azure, kind: str
) -> None:
    site.headers_of_stock = False
    site.write({"app.css": "a {}", "app.js": "1"})

    site.collect(backend=getattr(azure, kind), cache_control="max-age=7")

    assert {one.cache_control for one in azure.objects().values()} == {"max-age=7"}
