"""Small objects go into Google Cloud Storage and Azure through obstore, too."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.storage.blob import BlobServiceClient, ContainerClient
from django.core.management.base import CommandError
from google.oauth2.credentials import Credentials
from werkzeug.wrappers import Response

from faststatic_storages.providers import provider_for
from faststatic_storages.sync.content import HeldBytes
from tests.ids import stable_id
from tests.providers.azure.test_provider import sas_options
from tests.providers.s3.test_transports import NAMES, TRANSPORTS
from tests.servers.azure import AzureServer
from tests.servers.gcs import GcsServer
from tests.servers.https import https_server, make_certificate
from tests.servers.recording import Request
from tests.sites.cloud_site import CloudSite
from tests.sites.clouds import Azure, Cloud, GoogleCloud

# django-storages' own, whenever an AzureStorage is constructed.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)


def transports(sent: Iterable[Request]) -> set[str]:
    """Return who put objects."""
    return {
        "obstore" if "object_store" in one.headers["User-Agent"] else "sdk"
        for one in sent
        if one.operation == "Put"
    }


def test_both_transports_leave_the_same(cloud_site: CloudSite, cloud: Cloud) -> None:
    files = {name: "" if name.startswith("empty") else name for name in NAMES}
    cloud_site.write(files)
    options: Any = {"object_parameters": cloud.parameters, "location": "static"}

    by_sdk = cloud_site.collect(transport="sdk", **options)
    names, objects, properties = cloud.keys(), cloud.objects(), cloud.properties()
    container, cloud.container = cloud.container, cloud.create()
    by_obstore = cloud_site.collect(transport="obstore", **options)

    assert transports(by_sdk.requests) == {"sdk"}
    assert transports(by_obstore.requests) == {"obstore"}
    # collectstatic ignores hidden files.
    assert {f"static/{name}" for name in files if name[0] != "."} <= {*names}
    assert cloud.keys() == names
    assert cloud.objects() == objects
    assert cloud.properties() == properties
    # Whoever put them, the digests that the listing shows are those of the sources.
    for transport in ("sdk", "obstore"):
        run = cloud_site.collect(transport=transport, **options)
        assert not run.requests.keys()
    cloud.drop(container)


def test_compressed_objects_go_through_obstore(
    tmp_path: Path, google_cloud: GoogleCloud
) -> None:
    site = CloudSite(tmp_path, google_cloud)
    site.write({"a.css": "b { color: red }" * 50})

    run = site.collect(transport="obstore", gzip=True)

    assert transports(run.requests) == {"obstore"}
    assert google_cloud.objects()["a.css"].content_encoding == "gzip"
    assert not site.collect(gzip=True).requests.keys()


@TRANSPORTS
def test_key_arrives_as_it_is(cloud: Cloud, transport: str) -> None:
    """Also those that obstore refuses or would rename."""
    provider = provider_for(cloud.storage(transport=transport))
    keys = ["a//b", "folder/", "a%2Fb", "a\u0301", "%2e/x", ".x/y", "...", "a b+c#d?e"]

    for key in keys:
        upload = provider.upload("any", HeldBytes(key.encode()))
        provider.put(type(upload)(key, upload.content, upload.parameters))

    assert {key: stored.body for key, stored in cloud.objects().items()} == {
        key: key.encode() for key in keys
    }


def test_large_files_go_through_obstore(cloud_site: CloudSite, cloud: Cloud) -> None:
    cloud_site.write({"large.bin": bytes(8 * 1024 * 1024)})

    run = cloud_site.collect(transport="obstore", backend=cloud.plain)

    assert transports(run.requests) == {"obstore"}
    assert len(cloud.objects()["large.bin"].body) == 8 * 1024 * 1024


def test_sdk_puts_what_obstore_fails_to(cloud_site: CloudSite, cloud: Cloud) -> None:
    cloud_site.write({"app.js": "1"})
    cloud.proxy.fail("Put", status=400, nth=1, times=1)

    run = cloud_site.collect(transport="obstore")

    sent = run.requests.keys()
    assert sent.count(sent[0]) == 2
    assert transports(run.requests) == {"obstore", "sdk"}
    assert len(cloud.keys()) == 3


def test_refusals_are_learned_from(cloud_site: CloudSite, cloud: Cloud) -> None:
    cloud_site.write({f"{number}.txt": "x" for number in range(8)})

    def refuse(request: Request) -> Response | None:
        is_obstore = "object_store" in request.headers["User-Agent"]
        return Response("Refused", 400) if is_obstore else None

    cloud.proxy.react(refuse, "Put")
    run = cloud_site.collect(backend=cloud.plain)

    assert len(cloud.keys()) == 8
    assert len(run.requests.of("Put")) == 8 + 3
    [warning] = [line for line in run.lines if line.startswith("Warning: ")]
    assert "refused what obstore sent (400)" in warning


def test_sdk_says_what_is_wrong(cloud_site: CloudSite, cloud: Cloud) -> None:
    cloud_site.write({"app.js": "1"})
    options: Any = {cloud.container_option: "faststatic-missing"}

    with pytest.raises(CommandError, match=r"app.js: 404 ") as caught:
        cloud_site.collect(backend=cloud.write_only, transport="obstore", **options)

    assert f"correct {cloud.container_option}" in str(caught.value)
    assert transports(cloud.proxy.requests) == {"obstore", "sdk"}


@pytest.mark.parametrize("status", [429, 503])
@TRANSPORTS
def test_throttled_service_gets_fewer_requests_and_everything(
    cloud_site: CloudSite, cloud: Cloud, status: int, transport: str
) -> None:
    cloud_site.write({f"{n}.txt": str(n) for n in range(10)})
    # The SDK, too, is refused; to its last word the run listens.
    times = 3 if (cloud.sdk, status) == ("azure.storage.blob", 503) else 2
    cloud.proxy.fail("Put", status=status, times=times)

    run = cloud_site.collect(backend=cloud.unretrying, transport=transport)

    assert len(cloud.keys()) == 21
    assert run.sent == "21 objects: 21 uploaded, 0 unchanged."


@pytest.mark.parametrize("forced", [True, False])
def test_obstore_is_not_installed(
    cloud_site: CloudSite, cloud: Cloud, forced: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud_site.write({"app.js": "1"})
    monkeypatch.setitem(sys.modules, "obstore.store", None)

    if forced:
        with pytest.raises(CommandError, match=rf"pip install .*\[{cloud.extra}\]"):
            cloud_site.collect(transport="obstore")
    else:
        assert transports(cloud_site.collect().requests) == {"sdk"}


def test_workers_are_as_many_as_the_transport_keeps_busy(cloud: Cloud) -> None:
    workers = {
        transport: provider_for(cloud.storage(transport=transport)).default_workers
        for transport in ("auto", "obstore", "sdk")
    }

    assert workers == {"auto": 128, "obstore": 128, "sdk": 32}


def store(cloud: Cloud, **options: Any) -> Any:
    """Return the obstore that a storage with these options puts objects in."""
    provider: Any = provider_for(cloud.storage(**options))
    return provider._put.make_store({})


def account(**options: Any) -> dict[str, Any]:
    """Return OPTIONS of a storage account that nobody asks anything."""
    return {
        "connection_string": None,
        "account_name": "account",
        "account_key": "a2V5",
        **options,
    }


def test_azure_files_that_go_in_blocks_are_left_to_the_sdk(azure: Azure) -> None:
    options = account(client_options={"max_single_put_size": 1000, "retry_total": 1})

    provider: Any = provider_for(azure.storage(**options))
    assert provider._put.max_size == 1000


# How it connects.


def test_azure_is_addressed_as_the_sdk_does(azure: Azure) -> None:
    made = {
        suffix: store(azure, **account(endpoint_suffix=suffix)).config["endpoint"]
        for suffix in ("core.windows.net", "core.chinacloudapi.cn")
    }

    assert made == {suffix: f"https://account.blob.{suffix}" for suffix in made}


def test_azure_container_of_a_static_site(azure: Azure) -> None:
    """Its name, "$web", is quoted in URLs."""
    client: ContainerClient = azure.service.create_container("$web")
    provider = provider_for(azure.storage(azure_container="$web"))

    provider.put(provider.upload("a.txt", HeldBytes(b"a")))

    assert [*client.list_blob_names()] == ["a.txt"]
    assert transports(azure.proxy.requests) == {"obstore"}
    client.delete_container()


@pytest.mark.parametrize(
    ("options", "read_timeout"),
    [({}, "20s"), ({"timeout": None}, "1m"), ({"timeout": 90}, "1m")],
    ids=stable_id,
)
def test_azure_timeouts(
    azure: Azure, options: dict[str, Any], read_timeout: str
) -> None:
    made = store(azure, **account(**options))

    assert made.client_options["connect_timeout"] == "20s"
    assert made.client_options["read_timeout"] == read_timeout


def test_no_timeout(azure: Azure) -> None:
    options = {"connection_timeout": None, "read_timeout": None}

    made = store(azure, **account(timeout=None, client_options=options))

    assert made.client_options["connect_timeout"] == "1day"
    assert made.client_options["read_timeout"] == "1day"


@pytest.mark.parametrize(
    ("proxy", "no_proxy", "used"),
    [
        ("proxy.example:3128", "", "http://proxy.example:3128"),
        ("https://proxy.example:3128", "", "https://proxy.example:3128"),
        ("http://proxy.example:3128", "127.0.0.1", None),
    ],
)
def test_proxy_of_the_environment_is_used(
    cloud: Cloud,
    monkeypatch: pytest.MonkeyPatch,
    proxy: str,
    no_proxy: str,
    used: str | None,
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("no_proxy", no_proxy)

    assert store(cloud).client_options.get("proxy_url") == used


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return make_certificate(tmp_path)


@pytest.fixture
def https_url(
    cloud: Cloud, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    with https_server(cloud.proxy, certificate) as url:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", url)
        if isinstance(cloud.proxy, AzureServer):
            monkeypatch.setattr(cloud.proxy, "url", url)
        yield url


def put(cloud: Cloud, key: str, **options: Any) -> None:
    provider = provider_for(cloud.storage(**options))
    provider.put(provider.upload(key, HeldBytes(b"a")))


@pytest.mark.usefixtures("https_url")
def test_certificate_that_nobody_signed_is_refused(cloud: Cloud) -> None:
    made = store(cloud)

    with pytest.raises(Exception, match="error sending request"):
        made.put("a.txt", b"a", use_multipart=False)

    assert cloud.keys() == []


def test_certificates_of_the_system_are_trusted(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(variable, raising=False)

    assert not {"root_certificate", "allow_invalid_certificates"} & {
        *store(cloud).client_options
    }


@TRANSPORTS
@pytest.mark.usefixtures("https_url")
def test_certificate_of_the_environment_is_trusted(
    cloud: Cloud, certificate: Path, transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))

    put(cloud, "a.txt", transport=transport)

    assert cloud.keys() == ["a.txt"]
    assert transports(cloud.proxy.requests) == {transport}


def test_certificate_is_not_verified_if_told_so(azure: Azure) -> None:
    options = account(client_options={"connection_verify": False})

    assert (
        store(azure, **options).client_options["allow_invalid_certificates"] == "true"
    )


# Credentials.


def sent_tokens(cloud: Cloud) -> list[str]:
    return [
        one.headers["Authorization"]
        for one in cloud.proxy.requests
        if one.operation == "Put"
    ]


@pytest.mark.parametrize(
    ("lifetime", "tokens"), [(3600, [1, 1, 1]), (0, [1, 2, 3])], ids=["long", "over"]
)
def test_google_token_is_refreshed_when_it_expires(
    google_cloud: GoogleCloud, lifetime: int, tokens: list[int]
) -> None:
    assert isinstance(google_cloud.proxy, GcsServer)
    google_cloud.proxy.token_lifetime = lifetime
    credentials = Credentials(
        token=None,
        refresh_token="refresh",
        token_uri=f"{google_cloud.proxy.url}/token",
        client_id="id",
        client_secret="secret",
    )
    storage = google_cloud.storage(transport="obstore", credentials=credentials)
    provider = provider_for(storage)

    for key in "abc":
        provider.put(provider.upload(key, HeldBytes(b"x")))

    assert sent_tokens(google_cloud) == [f"Bearer token-{n}" for n in tokens]
    assert google_cloud.proxy.requests.counts() == {"Token": tokens[-1], "Put": 3}
    assert transports(google_cloud.proxy.requests) == {"obstore"}


class Tokens:
    """A credential as azure-identity has them."""

    def __init__(self, lifetime: int) -> None:
        self.lifetime = lifetime
        self.asked: list[tuple[str, ...]] = []

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        self.asked.append(scopes)
        expires_on = int(time.time()) + self.lifetime
        return AccessToken(f"token-{len(self.asked)}", expires_on)


@pytest.mark.parametrize(
    ("lifetime", "tokens"), [(3600, [1, 1, 1]), (-1, [1, 2, 3])], ids=["long", "over"]
)
def test_azure_token_is_refreshed_when_it_expires(
    azure: Azure,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    lifetime: int,
    tokens: list[int],
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    credential = Tokens(lifetime)
    storage = azure.storage(transport="obstore")

    with https_server(azure.proxy, certificate) as url:
        storage._service_client = BlobServiceClient(
            f"{url}{azure.proxy.account_path}", credential
        )
        provider = provider_for(storage)
        for key in "abc":
            provider.put(provider.upload(key, HeldBytes(b"x")))

    assert azure.keys() == ["a", "b", "c"]
    assert sent_tokens(azure) == [f"Bearer token-{n}" for n in tokens]
    assert {*credential.asked} == {("https://storage.azure.com/.default",)}
    assert transports(azure.proxy.requests) == {"obstore"}


def test_azure_sas_token(azure: Azure) -> None:
    put(azure, "a b.txt", **sas_options(azure))

    assert azure.keys() == ["a b.txt"]
    assert transports(azure.proxy.requests) == {"obstore"}
    assert "sig=" in azure.proxy.requests[-1].target
