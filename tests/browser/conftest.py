from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.browser.chromium import NAMES, find_chromium
from tests.browser.served import Served
from tests.servers.s3 import S3Server


@pytest.fixture(scope="session", autouse=True)
def _chromium() -> None:
    if find_chromium() is None:
        message = (
            f"No browser was opened: none of {', '.join(NAMES)} is on the PATH. "
            'On Debian, "apt-get install chromium" brings it.'
        )
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """An S3 that tells browsers what the bucket's rules allow, and no more."""
    monkeypatch.setattr("moto.moto_server.werkzeug_app.DISABLE_GLOBAL_CORS", True)
    with S3Server().running() as server:
        server.reset()
        yield server


@pytest.fixture
def served(server: S3Server) -> Iterator[Served]:
    served = Served()
    with server.imitating(served):
        yield served
