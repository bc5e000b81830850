"""A service that takes what boto3 sends, and not what obstore sends, is learned."""

from __future__ import annotations

from collections.abc import Callable, Container

import pytest
from werkzeug.wrappers import Response

from faststatic_storages.providers import provider_for
from faststatic_storages.sync.content import HeldBytes
from tests.servers.recording import Request
from tests.servers.s3 import S3Server
from tests.servers.switches import refusing
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Run, Site

NAMES = [f"{number:02}.txt" for number in range(20)]
DEMANDED = "Content-MD5 OR x-amz-checksum- HTTP header is required"


def by_obstore(keys: Container[str] = NAMES) -> Callable[[Request], bool]:
    return lambda request: (
        request.operation == "PutObject"
        and "object_store" in request.headers["User-Agent"]
        and request.key in keys
    )


def tried(run: Run) -> int:
    """Return how many objects were put through obstore."""
    return sum(by_obstore()(request) for request in run.requests)


def warnings(run: Run) -> list[str]:
    return [line for line in run.lines if line.startswith("Warning: the service")]


@pytest.mark.parametrize("transport", ["auto", "obstore"])
def test_refusals_are_learned_from(
    site: Site, server: S3Server, bucket: Bucket, transport: str
) -> None:
    site.write(dict.fromkeys(NAMES, "x"))

    with server.imitating(refusing(by_obstore(), 403, "Picky", "No token")):
        run = site.collect(backend=PLAIN, transport=transport)

    assert bucket.keys() == NAMES
    assert tried(run) == 3
    assert len(run.requests.of("PutObject")) == len(NAMES) + 3
    [warning] = warnings(run)
    assert "(403 Picky: No token)" in warning
    assert "took it from boto3" in warning


def test_refusal_of_a_missing_checksum_tells_how_to_send_it(
    site: Site, server: S3Server, bucket: Bucket
) -> None:
    site.write(dict.fromkeys(NAMES, "x"))

    with server.imitating(refusing(by_obstore(), 400, "InvalidRequest", DEMANDED)):
        run = site.collect(backend=PLAIN)

    [warning] = warnings(run)
    assert 'set object_parameters (AWS_S3_OBJECT_PARAMETERS) to {"Checksum' in warning


def test_accidents_are_not_learned_from(
    site: Site, server: S3Server, bucket: Bucket
) -> None:
    site.write(dict.fromkeys(NAMES, "x"))
    accidents = {*NAMES[:2], *NAMES[10:12]}

    with server.imitating(refusing(by_obstore(accidents), 400, "Accident")):
        run = site.collect(backend=PLAIN, max_workers=1)

    assert bucket.keys() == NAMES
    assert tried(run) == len(NAMES)
    assert warnings(run) == []


def test_panic_is_an_error_like_any_other(site: Site, server: S3Server) -> None:
    """obstore takes such a host for an address of four numbers."""
    body = HeldBytes(b"x")
    answer = Response(headers={"ETag": f'"{body.md5}"'})
    server.react(lambda request: answer, "PutObject")
    provider = provider_for(
        site.storage(
            PLAIN,
            transport="obstore",
            endpoint_url="http://store.127.0.0.1",
            addressing_style="path",
            proxies={"http": server.url},
        )
    )

    for name in NAMES:
        provider.put(provider.upload(name, body))

    assert server.requests.keys() == NAMES
    [warning] = provider.notes()
    assert "InvalidIpv4Address" in warning
    assert provider.transport.name == "boto3"
    assert "the service refuses" in provider.transport.reason
