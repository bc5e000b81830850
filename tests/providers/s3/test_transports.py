"""Small objects go through obstore where it can express the storage's settings."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from django.core.files.storage import InMemoryStorage
from django.core.management.base import CommandError

from faststatic_storages.backends.s3 import S3ManifestStaticStorage
from faststatic_storages.providers import provider_for
from faststatic_storages.providers.s3.request import PutRequests
from faststatic_storages.providers.s3.store import s3_store
from faststatic_storages.providers.transport.words import NotExpressible
from faststatic_storages.sync.content import HeldBytes
from faststatic_storages.sync.upload import Upload
from tests.ids import stable_id
from tests.servers.https import https_server, make_certificate
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, Site

NAMES = [
    "a b.txt",
    "a+b.txt",
    "a%20b.txt",
    "a#b.txt",
    "a?b.txt",
    "a&b='\".txt",
    "ä/日本.txt",
    ".well-known/x",
    "...",
    "noextension",
    "empty.css",
]
PARAMETERS = {
    "CacheControl": "max-age=60, public",
    "ContentDisposition": 'inline; filename="x"',
    "ContentLanguage": "de",
    "Metadata": {"release": "5f2a", "empty": "x y"},
    "StorageClass": "STANDARD_IA",
    "Tagging": "team=web&note=a%20b",
}
TRANSPORTS = pytest.mark.parametrize("transport", ["obstore", "sdk"])


@pytest.fixture
def user_agents(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who put objects, in the order of the requests."""
    seen: list[str] = []
    handle = server._moto

    def record(environ: Any, start_response: Any) -> Any:
        if environ["REQUEST_METHOD"] == "PUT":
            seen.append(environ["HTTP_USER_AGENT"])
        return handle(environ, start_response)

    monkeypatch.setattr(server, "_moto", record)
    return seen


def test_both_transports_leave_the_same(
    site: Site, server: S3Server, bucket: Bucket, user_agents: list[str]
) -> None:
    site.write({name: "" if name.startswith("empty") else name for name in NAMES})
    other = Bucket(server.url, "other")

    site.collect(transport="sdk", object_parameters=PARAMETERS)
    by_sdk = len(user_agents)
    site.collect(transport="obstore", object_parameters=PARAMETERS, bucket_name="other")

    assert all("Boto3" in agent for agent in user_agents[:by_sdk])
    assert not any("Boto3" in agent for agent in user_agents[by_sdk:])
    assert bucket.objects() == other.objects()
    for key in bucket.objects():
        for ask in ("head_object", "get_object_tagging"):
            first, second = (
                getattr(bucket.client, ask)(Bucket=name, Key=key)
                for name in ("bucket", "other")
            )
            assert comparable(first) == comparable(second)


def comparable(response: dict[str, Any]) -> dict[str, Any]:
    tags = response.get("TagSet", [])
    return {
        **response,
        "LastModified": None,
        "ResponseMetadata": None,
        "TagSet": sorted(tags, key=str),
    }


def test_files_that_go_in_parts_go_through_the_sdk(
    site: Site, bucket: Bucket, user_agents: list[str]
) -> None:
    threshold = 1024 * 1024
    site.write({"one.bin": bytes(threshold - 1), "parts.bin": bytes(threshold)})
    parts = TransferConfig(multipart_threshold=threshold)

    site.collect(backend=PLAIN, transport="obstore", transfer_config=parts)

    assert sorted("Boto3" in agent for agent in user_agents) == [False, True]


def test_what_obstore_cannot_express_goes_through_the_sdk(
    site: Site, bucket: Bucket, user_agents: list[str]
) -> None:
    site.write({"app.js": "1"})

    site.collect(object_parameters={"ChecksumAlgorithm": "CRC32"})

    assert all("Boto3" in agent for agent in user_agents)
    assert len(bucket.keys()) == 3


@pytest.mark.parametrize(
    ("is_there", "named"),
    [(False, r"ca\.pem, which is not a file"), (True, "does not take the config")],
)
def test_sdk_serves_where_obstore_does_not_take_the_configuration(
    site: Site, user_agents: list[str], tmp_path: Path, is_there: bool, named: str
) -> None:
    site.write({"app.js": "1"})
    # Without TLS, nobody but obstore's configuration looks at it.
    path = tmp_path / "ca.pem"
    if is_there:
        path.write_bytes(b"-----BEGIN CERTIFICATE-----\nno base64\n")
    options = {"verify": str(path)}

    site.collect(**options)

    assert all("Boto3" in agent for agent in user_agents)
    with pytest.raises(CommandError, match=rf'{named}.* to "auto"'):
        site.collect(transport="obstore", **options)


def test_sdk_puts_what_obstore_fails_to(
    site: Site, server: S3Server, bucket: Bucket, user_agents: list[str]
) -> None:
    site.write({"app.js": "1"})
    server.fail("PutObject", status=400, code="Whatever", key="app.js", times=1)

    run = site.collect(client_config=Config(retries={"total_max_attempts": 1}))

    assert run.sent == "3 objects: 3 uploaded, 0 unchanged."
    assert run.requests.keys().count("app.js") == 2


def test_throttled_service_gets_fewer_requests_and_everything(
    site: Site, server: S3Server, bucket: Bucket
) -> None:
    site.write({f"{n}.txt": str(n) for n in range(30)})
    server.fail("PutObject", status=503, code="SlowDown", times=2)

    run = site.collect(
        "--verbosity=3",
        transport="sdk",
        client_config=Config(retries={"total_max_attempts": 1}),
    )

    assert run.sent == "61 objects: 61 uploaded, 0 unchanged."
    assert len(bucket.keys()) == 61
    waits = [
        (line.partition("'")[2].partition("'")[0], line)
        for line in run.lines
        if "it is sent again in 0.0 s" in line
    ]
    assert sorted(key for key, _ in waits) == sorted(2 * bucket.keys())
    assert all("' was answered 503 SlowDown" in line for _, line in waits)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"object_parameters": {"ChecksumAlgorithm": "CRC32"}}, "ChecksumAlgorithm"),
        ({"object_parameters": {"ContentMD5": "x"}}, "ContentMD5"),
        ({"signature_version": "s3"}, "signature_version 's3'"),
        (
            {"client_config": Config(signature_version=botocore.UNSIGNED)},
            "signature_version unsigned",
        ),
        (
            {"client_config": Config(s3={"payload_signing_enabled": False})},
            "payload_signing_enabled",
        ),
        ({"client_config": Config(client_cert="/x.pem")}, "client_cert"),
        ({"proxies": {"https": "http://127.0.0.1:9"}}, "proxies"),
    ],
    ids=stable_id,
)
def test_forced_obstore_names_what_it_cannot_express(
    site: Site, options: dict[str, Any], named: str
) -> None:
    site.write({"app.js": "1"})

    with pytest.raises(CommandError, match=rf'cannot express .*{named}.* to "auto"'):
        site.collect(transport="obstore", **options)


def test_forced_obstore_that_is_not_installed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write({"app.js": "1"})
    monkeypatch.setitem(sys.modules, "obstore.store", None)

    with pytest.raises(CommandError, match=r"pip install .*\[s3\]"):
        site.collect(transport="obstore")


def test_sdk_serves_where_obstore_is_not_installed(
    site: Site,
    bucket: Bucket,
    user_agents: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site.write({"app.js": "1"})
    monkeypatch.setitem(sys.modules, "obstore.store", None)

    site.collect()

    assert len(user_agents) == 3
    assert all("Boto3" in agent for agent in user_agents)


def test_key_that_obstore_would_rename_goes_through_the_sdk(
    site: Site, bucket: Bucket
) -> None:
    provider = provider_for(site.storage(transport="obstore"))

    for key in ("a//b", "folder/", "/lead"):
        provider.put(Upload(key, HeldBytes(b"x"), {}))

    assert bucket.keys() == ["/lead", "a//b", "folder/"]


@pytest.mark.parametrize(
    "metadata",
    [{"Content-Type": "x"}, {"cachecontrol": "x"}, {"note": ""}],
    ids=stable_id,
)
def test_metadata_that_obstore_would_take_for_a_header_goes_through_the_sdk(
    site: Site, metadata: dict[str, str]
) -> None:
    with pytest.raises(CommandError, match=r"cannot express .*metadata"):
        site.collect(transport="obstore", object_parameters={"Metadata": metadata})


def test_unknown_transport(site: Site) -> None:
    site.write({"app.js": "1"})

    with pytest.raises(CommandError, match=r"'quick'.*'auto', 'obstore', 'sdk'"):
        site.collect(transport="quick")


def store(site: Site, **options: Any) -> Any:
    """Return the obstore that a storage with these options puts objects in."""
    storage = site.storage(**options)
    return s3_store(storage, PutRequests(storage.connection.meta.client), {})


@pytest.mark.parametrize(
    "options",
    [{"proxies": {"http": "127.0.0.1:9"}}, {"proxies": {"http": "http://127.0.0.1:9"}}],
    ids=stable_id,
)
def test_proxy_is_used(site: Site, options: dict[str, Any]) -> None:
    made = store(site, manifest_storage=InMemoryStorage(), **options)

    assert made.client_options["proxy_url"] == "http://127.0.0.1:9"


@pytest.fixture
def https_url(server: S3Server, certificate: Path) -> Iterator[str]:
    with https_server(server, certificate) as url:
        yield url


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return make_certificate(tmp_path)


@TRANSPORTS
def test_certificate_that_nobody_signed_is_refused(
    site: Site, bucket: Bucket, https_url: str, transport: str
) -> None:
    site.write({"app.js": "1"})

    with pytest.raises(CommandError, match="endpoint_url"):
        site.collect(transport=transport, endpoint_url=https_url)

    assert bucket.keys() == []


@TRANSPORTS
@pytest.mark.parametrize("told_by", ["option", "environment"])
def test_certificate_of_the_project_is_trusted(
    site: Site,
    bucket: Bucket,
    https_url: str,
    certificate: Path,
    transport: str,
    told_by: str,
    user_agents: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site.write({"app.js": "1"})
    options: dict[str, Any] = {
        "transport": transport,
        "endpoint_url": https_url,
    }
    if told_by == "option":
        options["verify"] = str(certificate)
    else:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))

    site.collect(**options)

    assert bucket.get("app.js").body == b"1"
    assert len(bucket.keys()) == 3
    assert {"Boto3" in agent for agent in user_agents} == {transport == "sdk"}


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@TRANSPORTS
def test_certificate_is_not_verified_if_told_so(
    site: Site,
    bucket: Bucket,
    https_url: str,
    transport: str,
    user_agents: list[str],
) -> None:
    site.write({"app.js": "1"})

    site.collect(
        transport=transport,
        endpoint_url=https_url,
        verify=False,
    )

    assert bucket.get("app.js").body == b"1"
    assert len(bucket.keys()) == 3
    assert {"Boto3" in agent for agent in user_agents} == {transport == "sdk"}


def test_environment_that_boto3_does_not_read_is_not_obeyed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SERVER_SIDE_ENCRYPTION", "aws:kms")

    with pytest.raises(NotExpressible, match="AWS_SERVER_SIDE_ENCRYPTION"):
        store(site)


class OwnConnection(S3ManifestStaticStorage):
    @property
    def connection(self) -> Any:
        return super().connection


@pytest.mark.parametrize(
    ("backend", "options", "named"),
    [
        (f"{__name__}.OwnConnection", {}, "connection"),
        (MANIFEST, {"bucket_name": "fast--use1-az4--x-s3"}, "bucket_name"),
    ],
)
def test_storage_that_is_left_to_the_sdk(
    site: Site, backend: str, options: dict[str, Any], named: str
) -> None:
    with pytest.raises(NotExpressible, match=named):
        store(site, backend=backend, manifest_storage=InMemoryStorage(), **options)


def test_session_without_credentials_is_left_to_the_sdk(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotExpressible, match="credentials"):
        store(
            site,
            manifest_storage=InMemoryStorage(),
            access_key=None,
            secret_key=None,
        )
