"""No secret in what a run says, whatever S3 answers."""

from __future__ import annotations

import logging
from functools import partial

import pytest

from tests.security.telling import Telling, told_by
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import Site


@pytest.mark.parametrize("transport", ["auto", "sdk"])
@pytest.mark.parametrize("operation", ["ListObjectsV2", "PutObject", "DeleteObjects"])
def test_server_that_tells_what_it_was_sent(
    site: Site,
    bucket: Bucket,
    server: S3Server,
    caplog: pytest.LogCaptureFixture,
    operation: str,
    transport: str,
) -> None:
    caplog.set_level(logging.DEBUG, "faststatic_storages")
    site.write({"app.js": "1"})
    bucket.put("left-over.txt")
    telling = Telling(status=403)
    server.react(telling, operation)

    told = told_by(
        partial(
            site.collect,
            "--clear",
            transport=transport,
            security_token="a-token-of-a-session",
        )
    )

    assert "SignatureDoesNotMatch" in told
    # What can be read without: which host was asked, and what for.
    assert server.url.partition("//")[2] in told
    assert telling.secrets
    for secret in (*telling.secrets, "a-token-of-a-session"):
        assert secret not in told
        assert secret not in caplog.text


def test_password_of_an_endpoint(site: Site, server: S3Server) -> None:
    site.write({"app.js": "1"})
    url = server.url.replace("//", "//user:pass%40word@").rpartition(":")[0]

    told = told_by(partial(site.collect, endpoint_url=f"{url}:1"))

    assert "127.0.0.1:1" in told
    assert "pass%40word" not in told


@pytest.mark.parametrize("transport", ["obstore", "sdk"])
def test_no_secret_in_what_is_stored(
    site: Site, bucket: Bucket, transport: str
) -> None:
    site.write({"css/base.css": "b { background: url(../logo.png) }", "logo.png": "P"})

    run = site.collect(
        "-v3", transport=transport, access_key="AKIDKEY", secret_key="Sec+ret"
    )

    texts = [one.body.decode() for one in bucket.objects().values()]
    for text in (*texts, run.stdout, run.stderr):
        assert "AKIDKEY" not in text
        assert "Sec+ret" not in text
