"""What takes a client to tell: ``manage.py check --deploy``."""

from __future__ import annotations

from tests.checks.checking import check, hint, ids
from tests.servers.s3 import S3Server
from tests.sites.site import PLAIN, Site


def test_client_that_cannot_be_made(site: Site) -> None:
    assert check(site, PLAIN, endpoint_url="localhost:9000") == []

    [message] = check(site, PLAIN, deploy=True, endpoint_url="localhost:9000")

    assert ids([message]) == ["E014"]
    assert "Check endpoint_url" in message.msg


def test_slow_transport(site: Site, server: S3Server) -> None:
    backend = "tests.checks.storages.WithSlowProvider"

    [message] = check(site, backend, deploy=True)

    assert ids([message]) == ["W007"]
    assert "through boto3" in message.msg
    assert "because of default_acl" in message.msg
    assert 'OPTIONS["transport"] = "sdk"' in hint(message)
    assert server.requests == []
    assert check(site, backend, deploy=True, transport="sdk") == []


def test_wrong_settings_are_told_once(site: Site) -> None:
    assert ids(check(site, PLAIN, deploy=True, file_overwrite=False)) == ["E007"]


def test_right_settings(site: Site) -> None:
    assert check(site, PLAIN, deploy=True) == []
