"""A run says once, and why, where the SDK takes obstore's place by itself."""

from __future__ import annotations

import re
import sys
from typing import Any

import botocore
import pytest
from botocore.config import Config

from faststatic_storages.backends.s3 import S3StaticStorage
from faststatic_storages.providers import Transport, provider_for
from faststatic_storages.providers.s3.request import region_of
from faststatic_storages.providers.transport.words import NotExpressible
from tests.docs.tables import disagreements
from tests.ids import stable_id
from tests.providers.s3.test_hooks import Banner
from tests.providers.s3.test_transports import OwnConnection
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site

OWN = f"{OwnConnection.__module__}.OwnConnection"
BANNER = f"{Banner.__module__}.Banner"
OUTPOST = "arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-01234567890123456"
PROXIES = {"http": "http://127.0.0.1:9"}
REASONS: list[tuple[dict[str, Any], str]] = [
    ({"signature_version": "s3"}, "signature_version 's3'"),
    (
        {"client_config": Config(signature_version=botocore.UNSIGNED)},
        "signature_version unsigned",
    ),
    (
        {"client_config": Config(s3={"payload_signing_enabled": False})},
        "client_config s3 payload_signing_enabled False",
    ),
    ({"client_config": Config(client_cert="/x.pem")}, "client_config client_cert"),
    (
        {
            "client_config": Config(
                proxies=PROXIES, proxies_config={"proxy_ca_bundle": "/x.pem"}
            )
        },
        "client_config proxies_config",
    ),
    (
        {"proxies": {"https": "http://127.0.0.1:9"}},
        "proxies that leave out the endpoint's scheme",
    ),
    ({"proxies": {"http": "socks5://127.0.0.1:9"}}, "a proxy of the kind socks5"),
    (
        {"verify": "/missing.pem"},
        "the certificates in /missing.pem, which is not a file",
    ),
    ({"bucket_name": "fast--use1-az4--x-s3"}, "the bucket_name 'fast--use1-az4--x-s3'"),
    (
        {"bucket_name": f"{OUTPOST}:accesspoint:static", "region_name": "us-west-2"},
        "a signature for the service s3-outposts",
    ),
    (
        {"endpoint_url": "http://Minio.example.com"},
        "the host's name in http://Minio.example.com",
    ),
    ({"access_key": None, "secret_key": None}, "a session without credentials"),
    ({"backend": OWN}, "the connection property of OwnConnection"),
    ({"backend": BANNER}, "the _save() of Banner"),
    (
        {"object_parameters": {"ChecksumAlgorithm": "CRC32"}},
        "the ChecksumAlgorithm 'CRC32', but knows \"SHA256\"",
    ),
    ({"object_parameters": {"ContentMD5": "x"}}, "the object parameter ContentMD5"),
    (
        {"object_parameters": {"Metadata": {"Content-Type": "x"}}},
        "metadata of the name 'Content-Type'",
    ),
    ({"object_parameters": {"Metadata": {"note": ""}}}, "the metadata note ''"),
    ({"object_parameters": {"CacheControl": "a  b"}}, "the CacheControl 'a  b'"),
    (
        {"object_parameters": {"WebsiteRedirectLocation": "/\u00e4"}},
        "the WebsiteRedirectLocation '/\u00e4'",
    ),
]


def told(site: Site, **options: Any) -> tuple[list[str], Transport]:
    """Return what a run would say when it opens, and the transport that it takes."""
    provider = provider_for(site.storage(**{"backend": PLAIN, **options}))
    provider.check()
    provider.begin_puts()
    return [*provider.notes()], provider.transport


@pytest.mark.parametrize(("options", "reason"), REASONS, ids=stable_id)
def test_reason_is_told(site: Site, options: dict[str, Any], reason: str) -> None:
    [note], transport = told(site, **options)

    assert transport.name == "boto3"
    assert transport.reason == reason
    assert f"obstore cannot express {reason}. " in note
    assert "Uploading with boto3" in note
    assert 'OPTIONS["transport"] to "sdk"' in note
    assert "\n" not in note


def test_guide_has_each_reason() -> None:
    reasons = [reason for _, reason in REASONS]

    assert (
        disagreements(
            "docs/s3.rst", [*reasons, "the environment variable AWS_UNSIGNED_PAYLOAD"]
        )
        == []
    )
    compatible = (
        "signature_version 's3'",
        "the host's name in http://Minio.example.com",
    )
    assert disagreements("docs/s3-compatible.rst", compatible) == []


@pytest.mark.parametrize(
    ("authorization", "named"),
    [
        ("AWS4-ECDSA-P256-SHA256 Credential=key/1/s3/aws4_request, x", "AWS4-ECDSA"),
        ("", "of a kind of its own"),
    ],
)
def test_signature_of_another_kind_is_a_reason(authorization: str, named: str) -> None:
    with pytest.raises(NotExpressible, match=f"the signature {named}"):
        region_of(authorization)


def test_environment_is_a_reason(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_UNSIGNED_PAYLOAD", "1")

    [note], transport = told(site)

    assert transport.reason == "the environment variable AWS_UNSIGNED_PAYLOAD"
    assert transport.reason in note


def test_what_is_not_installed_is_to_be_installed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)

    [note], transport = told(site)

    assert transport == Transport("boto3", "obstore is not installed")
    assert 'pip install "faststatic-storages[s3]"' in note


@pytest.mark.parametrize(
    ("options", "transport"),
    [
        ({}, Transport("obstore")),
        ({"transport": "obstore"}, Transport("obstore")),
        ({"default_acl": "public-read"}, Transport("obstore")),
        (
            {"transport": "sdk", "signature_version": "s3"},
            Transport("boto3", 'OPTIONS["transport"] = "sdk"'),
        ),
        (
            {"transport": "sdk", "backend": BANNER},
            Transport("boto3", "the _save() of Banner"),
        ),
    ],
    ids=stable_id,
)
def test_nothing_is_told_where_it_is_as_expected(
    site: Site, options: dict[str, Any], transport: Transport
) -> None:
    assert told(site, **options) == ([], transport)


@pytest.mark.parametrize(("verbosity", "times"), [("1", 1), ("0", 0)])
def test_run_says_it_once(
    site: Site, bucket: Bucket, verbosity: str, times: int
) -> None:
    site.write({f"{number}.txt": "" for number in range(5)})

    run = site.collect("-v", verbosity, backend=PLAIN, signature_version="s3")

    assert run.stdout.count("Uploading with boto3") == times


class Chosen(S3StaticStorage):
    def get_object_parameters(self, name: str) -> dict[str, Any]:
        return {"CacheControl": {"a.txt": "max-age=1"}[name]}


def test_sample_that_a_project_does_not_know_tells_nothing(
    site: Site, bucket: Bucket
) -> None:
    site.write({"a.txt": "a"})

    run = site.collect(backend=f"{__name__}.Chosen", ledger=False)

    assert "Uploading with" not in run.stdout
    assert bucket.get("a.txt").cache_control == "max-age=1"


def test_object_that_a_project_saves_itself_is_told_so(site: Site) -> None:
    site.write({"a.txt": "a"})

    run = site.collect("--verbosity=3", backend=BANNER)

    assert re.search(r"Uploaded 'a.txt' \(new, \d+ B, by boto3\)", run.stdout)
