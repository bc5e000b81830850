"""A container's image with the manifest in it: its workers need no bucket."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage

from tests.servers.s3 import S3Server
from tests.sites.site import Site

NO_BUCKET: dict[str, Any] = {
    "access_key": None,
    "secret_key": None,
    # Nothing listens there.
    "endpoint_url": "http://127.0.0.1:9",
}


@pytest.mark.parametrize(
    ("options", "address"),
    [
        ({"custom_domain": "static.example.com"}, "https://static.example.com"),
        ({"custom_domain": None}, "http://127.0.0.1:9/bucket"),
    ],
    ids=["domain", "bucket"],
)
def test_worker_without_credentials_serves_urls(
    site: Site,
    server: S3Server,
    tmp_path: Path,
    options: dict[str, Any],
    address: str,
) -> None:
    image = FileSystemStorage(location=tmp_path / "image")
    site.write({"app.js": "1"})
    site.collect(manifest_storage=image)
    seen = len(server.requests)

    worker = site.storage(manifest_storage=image, **NO_BUCKET, **options)

    assert worker.url("app.js") == f"{address}/app.c4ca4238a0b9.js"
    assert server.requests[seen:] == []
