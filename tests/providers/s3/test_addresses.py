"""Objects go where django-storages puts them, whatever is set and whoever puts them."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from botocore.config import Config
from django.core.files.base import ContentFile
from werkzeug.wrappers import Response

from faststatic_storages.providers import provider_for
from faststatic_storages.sync.content import HeldBytes
from tests.ids import stable_id
from tests.servers.recording import Request
from tests.servers.s3 import S3Server
from tests.sites.site import PLAIN, STOCK_PLAIN, Site

NAME, BODY = "css/app.css", b"p {}"
ETAG = hashlib.md5(BODY, usedforsecurity=False).hexdigest()

PATH = {"s3": {"addressing_style": "path"}}
VIRTUAL = {"s3": {"addressing_style": "virtual"}}
# Over HTTP, so that a proxy sees the requests.
ENDPOINTS = (
    "http://s3.us-east-1.amazonaws.com",
    "http://s3.eu-central-1.amazonaws.com",
    "http://bucket.vpce-0123abcd-wxyz.s3.us-east-1.vpce.amazonaws.com",
    "http://gateway.example.com/s3",
    "http://gateway.example.com/s3/",
    "http://minio.example.com/",
    "http://fra1.digitaloceanspaces.com",
    "http://minio.example.com:9000",
    "http://10.0.0.1:9000",
)
SPECIAL: tuple[dict[str, Any], ...] = (
    {"s3": {"use_accelerate_endpoint": True}},
    {"use_dualstack_endpoint": True},
    {"s3": {"use_dualstack_endpoint": True}},
    {"use_fips_endpoint": True},
    {"use_fips_endpoint": True, "use_dualstack_endpoint": True},
    {"s3": {"us_east_1_regional_endpoint": "regional"}},
    {"s3": {"payload_signing_enabled": True}},
)
SETTINGS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    *(
        ({"bucket_name": bucket}, style)
        for bucket in ("my-bucket", "my.dotted.bucket", "my_under_score", "MyUpper")
        for style in ({}, PATH, VIRTUAL)
    ),
    *(
        ({"region_name": region}, style)
        for region in ("eu-central-1", "cn-north-1", "us-gov-west-1", "aws-global")
        for style in ({}, VIRTUAL)
    ),
    *(({"endpoint_url": url}, style) for url in ENDPOINTS for style in ({}, VIRTUAL)),
    *(({}, config) for config in SPECIAL),
    ({"bucket_name": "my_under_score", "endpoint_url": ENDPOINTS[7]}, VIRTUAL),
    ({"bucket_name": "my.dotted.bucket", "endpoint_url": ENDPOINTS[1]}, {}),
    (
        {"bucket_name": "arn:aws:s3:us-west-2:123456789012:accesspoint/static"},
        {"s3": {"use_arn_region": True}},
    ),
]


def target(request: Request) -> tuple[str, str]:
    """Return the URL of a request to a proxy, and the region for which it is signed."""
    scope = re.search(
        r"Credential=key/\d+/([^/]+)/s3/", request.headers["Authorization"]
    )
    assert scope is not None
    return request.target.partition("?")[0], scope[1]


def ask_twice(
    site: Site, server: S3Server, options: dict[str, Any], config: dict[str, Any]
) -> None:
    """Put an object by django-storages, and by obstore: to the same address."""
    server.react(lambda request: Response(headers={"ETag": f'"{ETAG}"'}))
    options = {
        "bucket_name": "my-bucket",
        "endpoint_url": None,
        "use_ssl": False,
        "client_config": Config(proxies={"http": server.url}, **config),
        **options,
    }
    provider = provider_for(site.storage(PLAIN, transport="obstore", **options))
    provider.check()

    site.storage(STOCK_PLAIN, **options).save(NAME, ContentFile(BODY))
    provider.put(provider.upload(NAME, HeldBytes(BODY)))

    by_stock, by_obstore = server.requests
    assert target(by_obstore) == target(by_stock)
    assert "object_store" in by_obstore.headers["User-Agent"]


@pytest.mark.parametrize(("options", "config"), SETTINGS, ids=stable_id)
def test_both_transports_ask_the_same_address(
    site: Site, server: S3Server, options: dict[str, Any], config: dict[str, Any]
) -> None:
    ask_twice(site, server, options, config)


@pytest.mark.parametrize("endpoint", [None, "http://minio.example.com"])
@pytest.mark.parametrize(
    "variable",
    [
        "AWS_ENDPOINT",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_S3",
        "AWS_REGION",
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST",
    ],
)
def test_both_take_the_same_of_the_environment(
    site: Site,
    server: S3Server,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    endpoint: str | None,
) -> None:
    is_address = "ENDPOINT" in variable
    monkeypatch.setenv(variable, "http://env.example.com" if is_address else "true")
    ask_twice(site, server, {"endpoint_url": endpoint}, {})
