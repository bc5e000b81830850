"""A run says once, and why, where Google's or Azure's SDK takes obstore's place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.core.pipeline.transport import RequestsTransport
from azure.storage.blob import BlobServiceClient
from django.core.management.base import CommandError
from google.auth.credentials import AnonymousCredentials
from google.cloud.storage import Bucket, Client
from google.oauth2.credentials import Credentials

from faststatic_storages.providers import provider_for
from tests.docs.tables import disagreements
from tests.ids import stable_id
from tests.providers.transport.test_clouds import account, transports
from tests.sites.cloud_site import CloudSite
from tests.sites.clouds import Azure, Cloud, GoogleCloud

# django-storages' own, whenever an AzureStorage is constructed, and the SDK's.
pytestmark = [
    pytest.mark.filterwarnings(
        r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
    ),
    pytest.mark.filterwarnings(
        "ignore:This client has been configured to use encryption"
    ),
    pytest.mark.filterwarnings("ignore:The AZURE_API_VERSION:DeprecationWarning"),
]

Prepare = Callable[[Any, Any], None]
"""Changes the cloud's storage, as a class of the project does."""


def told(storage: Any) -> tuple[list[str], str, str]:
    """Return what a run would say, its transport, and why it is that one."""
    provider: Any = provider_for(storage)
    # An account that is not there answers no question.
    provider.check_transport()
    provider.begin_puts()
    return [*provider.notes()], *provider.transport


def check_told(cloud: Cloud, storage: Any, reason: str) -> None:
    [note], transport, because = told(storage)

    assert transport == cloud.package
    assert because == reason
    assert f"obstore cannot express {reason}. " in note
    assert f"Uploading with {cloud.package}, " in note
    assert 'OPTIONS["transport"] to "sdk"' in note


# Google.


class OwnBucket(Bucket):
    pass


class OwnAdapter(requests.adapters.HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)


def own_bucket(cloud: GoogleCloud, storage: Any) -> None:
    storage._bucket = OwnBucket(cloud.client, cloud.container)


def own_session(cloud: GoogleCloud, storage: Any) -> None:
    storage._client = Client("p", cloud.credentials, _http=requests.Session())


def other_projects(cloud: GoogleCloud, storage: Any) -> None:
    client = Client("p", Credentials("token", quota_project_id="quota"))
    storage._bucket = client.bucket(cloud.container, user_project="payer")


def extra_headers(cloud: GoogleCloud, storage: Any) -> None:
    headers = {"x-trace": "1", "User-Agent": "ours"}
    storage._client = Client("p", cloud.credentials, extra_headers=headers)


def client_certificate(cloud: GoogleCloud, storage: Any) -> None:
    storage.client._http.cert = "client.pem"


def own_adapter(cloud: GoogleCloud, storage: Any) -> None:
    storage.client._http.mount("http://", OwnAdapter())


def no_environment(cloud: GoogleCloud, storage: Any) -> None:
    storage.client._http.trust_env = False


def parameters(**parameters: Any) -> dict[str, Any]:
    return {"object_parameters": parameters}


VERSIONED = "projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1"
GOOGLE: list[tuple[dict[str, Any] | Prepare, str]] = [
    (parameters(event_based_hold=True), "the object parameter event_based_hold"),
    (parameters(metadata={"Release": "1"}), "metadata of the name 'Release'"),
    (parameters(metadata={"release": 1}), "the metadata release 1"),
    (parameters(content_language="\u00e4"), "the content_language '\u00e4'"),
    ({"default_acl": "public"}, "the default_acl or acl 'public'"),
    (parameters(custom_time="2031-01-01"), "the custom_time '2031-01-01'"),
    (parameters(kms_key_name=VERSIONED), "a kms_key_name with a version"),
    ({"credentials": AnonymousCredentials()}, "anonymous credentials"),
    (other_projects, "a user_project that is not the quota_project_id"),
    (extra_headers, "the client's extra_headers User-Agent"),
    (own_bucket, "a bucket of a class of the project's own"),
    (own_session, "an HTTP session of the project's own"),
    (own_adapter, "the connection adapter OwnAdapter"),
    (no_environment, "a session that ignores the environment's proxies"),
    (client_certificate, "a client certificate"),
    ({"backend": GoogleCloud.banner}, "the _save() of GoogleCloudBanner"),
]


@pytest.mark.parametrize(("setting", "reason"), GOOGLE, ids=stable_id)
def test_reason_is_told_with_google(
    google_cloud: GoogleCloud, setting: Any, reason: str
) -> None:
    options = {} if callable(setting) else setting
    storage = google_cloud.storage(transport="auto", **options)
    if callable(setting):
        setting(google_cloud, storage)

    check_told(google_cloud, storage, reason)


def test_forced_obstore_names_what_it_cannot_express(
    tmp_path: Path, google_cloud: GoogleCloud
) -> None:
    site = CloudSite(tmp_path, google_cloud)
    site.write({"app.js": "1"})
    options = parameters(event_based_hold=True)

    with pytest.raises(CommandError, match=r'express .*event_based_hold.* to "auto"'):
        site.collect(transport="obstore", **options)
    assert transports(site.collect(**options).requests) == {"sdk"}


def test_acl_that_google_does_not_know_is_left_to_the_sdk(
    tmp_path: Path, google_cloud: GoogleCloud
) -> None:
    site = CloudSite(tmp_path, google_cloud)
    site.write({"app.js": "1"})

    with pytest.raises(CommandError, match=r"Invalid predefined ACL: public\."):
        site.collect(default_acl="public")

    assert transports(google_cloud.proxy.requests) == set()


# Azure.


class OwnTransport(RequestsTransport):
    pass


def with_transport(make: Callable[[], Any], azure: Azure, storage: Any) -> None:
    transport = make()
    storage._service_client = BlobServiceClient.from_connection_string(
        azure.proxy.connection_string(), transport=transport
    )
    transport.open()


def client_options(**options: Any) -> dict[str, Any]:
    return account(client_options=options)


AZURE: list[tuple[dict[str, Any] | Prepare, str]] = [
    (parameters(content_md5=bytearray(16)), "the object parameter content_md5"),
    (parameters(cache_control=" max-age=60"), "the cache_control ' max-age=60'"),
    (parameters(content_disposition=""), "the content_disposition ''"),
    (client_options(api_version="2019-02-02"), "client_options api_version"),
    (account(api_version="2019-02-02"), "api_version"),
    (client_options(connection_cert="client.pem"), "client_options connection_cert"),
    (client_options(key_encryption_key=object()), "client_options key_encryption_key"),
    (
        client_options(connection_verify="/missing"),
        "the certificates in /missing, which is not a file",
    ),
    (
        client_options(proxies={"http": "http://p:1"}),
        "proxies that leave out the endpoint's scheme",
    ),
    (client_options(proxies={"https": "socks5://p:1"}), "a proxy of the kind socks5"),
    (account(account_key=None), "a client without credentials"),
    (partial(with_transport, OwnTransport), "a transport of the project's own"),
    (
        partial(with_transport, partial(RequestsTransport, use_env_settings=False)),
        "a session that ignores the environment's proxies",
    ),
    (
        {"backend": "tests.sites.cloud_storages.AzureInBlocks"},
        "a _get_service_client of the project's own",
    ),
    ({"backend": Azure.banner}, "the _save() of AzureBanner"),
]


@pytest.mark.parametrize(("setting", "reason"), AZURE, ids=stable_id)
def test_reason_is_told_with_azure(azure: Azure, setting: Any, reason: str) -> None:
    options = {} if callable(setting) else setting
    storage = azure.storage(transport="auto", **options)
    if callable(setting):
        setting(azure, storage)

    check_told(azure, storage, reason)


# Both.


@pytest.mark.parametrize(
    ("make", "variable"),
    [("google_cloud", "GOOGLE_SERVICE_ACCOUNT"), ("azure", "AZURE_ENCRYPTION_KEY")],
)
def test_environment_that_the_sdk_does_not_read_is_a_reason(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    make: str,
    variable: str,
) -> None:
    cloud = request.getfixturevalue(make)
    monkeypatch.setenv(variable, "ci@example.com")

    check_told(cloud, cloud.storage(), f"the environment variable {variable}")


def test_proxy_that_is_a_reason(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "socks5://user:secret@proxy.example:1080")

    check_told(cloud, cloud.storage(), "a proxy of the kind socks5")


@pytest.mark.parametrize(
    ("guide", "told_of", "others"),
    [
        (
            "docs/gcloud.rst",
            GOOGLE,
            [
                "the environment variable GOOGLE_SERVICE_ACCOUNT",
                "a proxy of the kind socks5",
            ],
        ),
        ("docs/azure.rst", AZURE, ["the environment variable AZURE_ENCRYPTION_KEY"]),
    ],
)
def test_guide_has_each_reason(guide: str, told_of: Any, others: list[str]) -> None:
    assert disagreements(guide, [*others, *(reason for _, reason in told_of)]) == []
