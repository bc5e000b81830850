"""Whatever is set, obstore says to Google and to Azure what the SDK says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import pytest
from azure.core.credentials import AzureSasCredential
from azure.storage.blob import (
    AccountSasPermissions,
    BlobServiceClient,
    ResourceTypes,
    generate_account_sas,
)
from google.api_core.client_options import ClientOptions
from google.cloud.storage import Client
from google.oauth2.credentials import Credentials
from werkzeug.wrappers import Response

from faststatic_storages.providers import provider_for
from faststatic_storages.providers.gcloud.store import ACLS
from faststatic_storages.sync.content import HeldBytes
from tests.ids import stable_id
from tests.providers.transport.test_clouds import account, store, transports
from tests.providers.transport.test_telling import parameters
from tests.servers.gcs import XML_HEADERS
from tests.servers.recording import Request
from tests.sites.clouds import Azure, Cloud, GoogleCloud

# django-storages' own, whenever an AzureStorage is constructed.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)

BODY = b"p {}"


Setting: TypeAlias = dict[str, Any] | Callable[[Any, Any], None]
"""Options, or what prepares a storage of that cloud."""


def put_by_both(cloud: Cloud, setting: Setting) -> list[Request]:
    """Return the request of the SDK and that of obstore."""
    for transport in ("sdk", "obstore"):
        options = {} if callable(setting) else setting
        storage = cloud.storage(transport=transport, **options)
        if callable(setting):
            setting(cloud, storage)
        provider = provider_for(storage)
        provider.check()
        provider.put(provider.upload(f"{transport}.css", HeldBytes(BODY)))
    by_sdk, by_obstore = cloud.proxy.requests.of("Put")
    assert transports([by_sdk]) == {"sdk"}
    assert transports([by_obstore]) == {"obstore"}
    return [by_sdk, by_obstore]


# Google, in two APIs.

XML_PARAMETERS = {
    "kmsKeyName": "x-goog-encryption-kms-key-name",
    "predefinedAcl": "x-goog-acl",
    "userProject": "x-goog-user-project",
}
XML_PROPERTIES = XML_HEADERS | {"customTime": "x-goog-custom-time"}
# Of one body, of the sender, or in the target too.
NOT_SAID = {"bucket", "crc32c", "name", "uploadType", "x-goog-api-client"}


def said_in_json(request: Request) -> dict[str, str]:
    """Return what a put of the JSON API says, in headers of the XML API."""
    resource = re.search(rb"\r\n\r\n(\{.*\})\r\n", request.body)
    assert resource is not None
    said = {
        XML_PROPERTIES.get(name, name).lower(): value
        for name, value in json.loads(resource[1]).items()
        if name not in NOT_SAID
    }
    for name, value in said.pop("metadata", {}).items():
        said[f"x-goog-meta-{name}"] = value
    said["content-type"] = request.headers["X-Upload-Content-Type"]
    for name, value in request.query:
        if name not in NOT_SAID:
            said[XML_PARAMETERS[name]] = ACLS.get(value, value)
    return said | said_in_headers(request)


def said_in_headers(request: Request) -> dict[str, str]:
    return {
        name.lower(): value
        for name, value in request.headers.items()
        if name.lower().startswith("x-goog-") and name.lower() not in NOT_SAID
    }


def said_in_xml(request: Request) -> dict[str, str]:
    headers = {name.lower() for name in XML_HEADERS.values()}
    return said_in_headers(request) | {
        name.lower(): value
        for name, value in request.headers.items()
        if name.lower() in headers
    }


def billed_bucket(cloud: GoogleCloud, storage: Any) -> None:
    storage._bucket = storage.client.bucket(cloud.container, user_project="payer")


def billed_twice(cloud: GoogleCloud, storage: Any) -> None:
    client = Client("p", Credentials("token", quota_project_id="payer"))
    storage._bucket = client.bucket(cloud.container, user_project="payer")


def audited(cloud: GoogleCloud, storage: Any) -> None:
    headers = {"x-goog-custom-audit-job": "deploy 1"}
    storage._client = Client("p", cloud.credentials, extra_headers=headers)


KEY = "projects/p/locations/l/keyRings/r/cryptoKeys/k"
GOOGLE: list[Setting] = [
    parameters(**GoogleCloud.parameters),
    parameters(kms_key_name=KEY),
    parameters(custom_time=datetime(2031, 1, 1, 12, tzinfo=UTC)),
    {"default_acl": "publicRead"},
    {"default_acl": "projectPrivate", **parameters(kms_key_name=KEY, acl="private")},
    {"credentials": Credentials("token", quota_project_id="quota")},
    billed_bucket,
    billed_twice,
    audited,
]


@pytest.mark.parametrize("setting", GOOGLE, ids=stable_id)
def test_google_is_told_the_same(google_cloud: GoogleCloud, setting: Setting) -> None:
    by_sdk, by_obstore = put_by_both(google_cloud, setting)

    assert said_in_xml(by_obstore) == said_in_json(by_sdk)


def test_etag_of_what_google_is_to_encrypt_is_another(
    google_cloud: GoogleCloud,
) -> None:
    etag = '"CIqz9vWRhoADEAE="'
    google_cloud.proxy.react(lambda request: Response(headers={"ETag": etag}), "Put")
    provider = provider_for(google_cloud.storage(**parameters(kms_key_name=KEY)))

    provider.put(provider.upload("a.css", HeldBytes(BODY)))

    assert transports(google_cloud.proxy.requests) == {"obstore"}


def test_universe_is_asked_where_the_sdk_asks_it(
    google_cloud: GoogleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STORAGE_EMULATOR_HOST")
    storage = google_cloud.storage()
    storage._client = Client(
        "p",
        Credentials("token", universe_domain="example.com"),
        client_options=ClientOptions(universe_domain="example.com"),
    )
    provider: Any = provider_for(storage)

    assert provider._put.make_store({}).config["base_url"] == (
        "https://storage.example.com"
    )


# Azure.

# Of one request, of its sender, or of what it carries, whatever the blob's type is.
NOT_COMPARED = re.compile(
    r"accept.*|authorization|connection|content-type|date|user-agent|"
    r"x-ms-(client-request-id|date|version)"
)


def compared(request: Request) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return the headers and the query."""
    headers = {
        name.lower(): value
        for name, value in request.headers.items()
        if NOT_COMPARED.fullmatch(name.lower()) is None
    }
    # How long the service is to try, the SDK says alone.
    return headers, sorted(pair for pair in request.query if pair[0] != "timeout")


def signed(azure: Azure, storage: Any) -> None:
    token = generate_account_sas(
        azure.proxy.account,
        azure.proxy.key,
        ResourceTypes(object=True),
        AccountSasPermissions(write=True),
        datetime.now(UTC).replace(microsecond=0) + timedelta(days=1),
    )
    storage._service_client = BlobServiceClient(
        f"{azure.proxy.url}{azure.proxy.account_path}", AzureSasCredential(f"?{token}")
    )


AZURE: list[Setting] = [
    parameters(),
    parameters(**Azure.parameters),
    parameters(content_encoding="br", content_type="text/css; charset=utf-8"),
    {"cache_control": "no-cache"},
    signed,
]


@pytest.mark.parametrize("setting", AZURE, ids=stable_id)
def test_azure_is_told_the_same(azure: Azure, setting: Setting) -> None:
    by_sdk, by_obstore = put_by_both(azure, setting)

    assert compared(by_obstore) == compared(by_sdk)


def test_azure_options_that_are_not_of_a_put(azure: Azure) -> None:
    options = {
        "audience": "https://account.blob.core.windows.net",
        "logging_body": True,
        "secondary_hostname": "account-secondary.blob.core.windows.net",
        "user_agent": "site/1",
    }

    made = store(azure, **account(client_options=options))

    assert made.config["endpoint"] == "https://account.blob.core.windows.net"


def test_azure_proxy_is_used(azure: Azure) -> None:
    options = {"proxies": {"https": "proxy.example:3128", "http": "http://other:1"}}

    made = store(azure, **account(client_options=options))

    assert made.client_options["proxy_url"] == "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("options", "scope"),
    [
        ({}, "https://storage.azure.com/.default"),
        ({"audience": "https://a.example/"}, "https://a.example/.default"),
    ],
    ids=stable_id,
)
def test_azure_token_is_for_the_audience(
    azure: Azure, options: dict[str, Any], scope: str
) -> None:
    asked: list[str] = []

    class Identity:
        def get_token(self, *scopes: str, **_: Any) -> Any:
            asked.extend(scopes)
            raise ConnectionError

    made = store(
        azure,
        **account(
            account_key=None, token_credential=Identity(), client_options=options
        ),
    )
    with pytest.raises(Exception, match="ConnectionError"):
        made.put("a.css", BODY, use_multipart=False)

    assert asked[0] == scope
