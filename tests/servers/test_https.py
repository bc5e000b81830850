"""The tests' own servers take what the SDKs send."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from tests.servers.https import https_server, make_certificate
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def https_url(server: S3Server, certificate: Path) -> Iterator[str]:
    with https_server(server, certificate) as url:
        yield url


@pytest.fixture
def client(https_url: str, certificate: Path) -> Any:
    """boto3 as it comes: over HTTPS it sends bodies in aws-chunked encoding."""
    return boto3.client(
        "s3",
        endpoint_url=https_url,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        verify=str(certificate),
        config=Config(
            connect_timeout=5,
            max_pool_connections=8,
            retries={"total_max_attempts": 1},
        ),
    )


@pytest.mark.parametrize("body", [b"", b"text", bytes(range(256)) * 4096])
def test_body_in_aws_chunked_encoding_is_stored_as_it_was(
    client: Any, server: S3Server, bucket: Bucket, body: bytes
) -> None:
    client.put_object(Bucket=bucket.name, Key="a.bin", Body=body)

    assert "aws-chunked" in server.requests[-1].headers["Content-Encoding"]
    assert bucket.get("a.bin").body == body


def test_connection_is_used_again_by_many_at_a_time(
    client: Any, server: S3Server, bucket: Bucket
) -> None:
    keys = [f"{n}.txt" for n in range(80)]

    def put(key: str) -> None:
        client.put_object(Bucket=bucket.name, Key=key, Body=key.encode())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, keys))

    assert {key: one.body for key, one in bucket.objects().items()} == {
        key: key.encode() for key in keys
    }
    assert len(server.ports) <= 8


def test_client_that_does_not_shake_hands_holds_nobody_up(
    client: Any, https_url: str, bucket: Bucket
) -> None:
    address = urlsplit(https_url)

    with closing(socket.create_connection((address.hostname, address.port))):
        client.put_object(Bucket=bucket.name, Key="a.txt", Body=b"text")

    assert bucket.keys() == ["a.txt"]
