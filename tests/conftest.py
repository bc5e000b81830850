from __future__ import annotations

import signal
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import botocore.session
import django
import pytest
from botocore.loaders import create_loader
from django.conf import settings

from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import Site

# What needs the SDKs of the other clouds. Where they are not installed it is left out;
# the coverage of all environments together shows if it never ran.
CLOUDS = [
    "backends",
    "checks/test_clouds.py",
    "collectstatic/test_clouds.py",
    "docs/test_guides.py",
    "examples/test_providers.py",
    "providers/azure",
    "providers/gcloud",
    "providers/test_differences.py",
    "providers/test_headers.py",
    "providers/transport",
    "security/test_clouds.py",
    "web/test_clouds.py",
]
has_clouds = find_spec("azure") is not None
collect_ignore = [] if has_clouds else CLOUDS
pytest_plugins = ["tests.hostile.figures"]
pytest_plugins += ["tests.conftest_clouds"] if has_clouds else []


def pytest_report_header() -> list[str]:
    return [
        f"left out, for want of the SDKs of Google and Azure: tests/{path}"
        for path in collect_ignore
    ]


def pytest_configure() -> None:
    settings.configure()
    django.setup()


@pytest.fixture(scope="session", autouse=True)
def _environment() -> Iterator[None]:
    """Let no account of the machine's user take part, and no retries slow down."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in (
            "AWS_ACCESS_KEY_ID",
            "AWS_CA_BUNDLE",
            "AWS_ENDPOINT_URL",
            "AWS_PROFILE",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
        ):
            patch.delenv(variable, raising=False)
        patch.setenv("AWS_CONFIG_FILE", "/dev/null")
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("AWS_MAX_ATTEMPTS", "1")
        patch.setattr("faststatic_storages.sync.send.BACKOFF", 0.01)
        # boto3 reads its own data files again for each session, which takes it longer
        # than most tests: let them share what one has read.
        loader = create_loader()
        patch.setattr(botocore.session, "create_loader", lambda data_path: loader)
        yield


@pytest.fixture(scope="session")
def _running_server() -> Iterator[S3Server]:
    with S3Server().running() as server:
        yield server


@pytest.fixture
def server(_running_server: S3Server) -> S3Server:
    """An S3 that nobody has used."""
    _running_server.reset()
    return _running_server


@pytest.fixture
def bucket(server: S3Server) -> Bucket:
    return Bucket(server.url, "bucket")


@pytest.fixture
def site(tmp_path: Path, server: S3Server, bucket: Bucket) -> Site:
    """A project without static files whose storage is the bucket."""
    return Site(tmp_path, server, bucket.name)


@pytest.fixture
def _attended() -> Iterator[None]:
    """Undo what a shell does to jobs in the background: they ignore Ctrl-C."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, previous)
