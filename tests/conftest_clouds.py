"""Fixtures of the object stores that are not S3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.azure import AzureServer
from tests.servers.gcs import GcsServer
from tests.sites.cloud_site import CloudSite
from tests.sites.clouds import Azure, Cloud, GoogleCloud


@pytest.fixture(scope="session")
def gcs_server() -> Iterator[GcsServer]:
    with GoogleCloud.running() as proxy:
        yield proxy


@pytest.fixture(scope="session")
def azure_server() -> Iterator[AzureServer]:
    with Azure.running() as proxy:
        yield proxy


@pytest.fixture
def google_cloud(gcs_server: GcsServer) -> Iterator[GoogleCloud]:
    """An empty bucket."""
    gcs_server.reset()
    cloud = GoogleCloud(gcs_server)
    yield cloud
    cloud.drop(cloud.container)


@pytest.fixture
def azure(azure_server: AzureServer) -> Iterator[Azure]:
    """An empty container."""
    azure_server.reset()
    cloud = Azure(azure_server)
    yield cloud
    cloud.drop(cloud.container)


@pytest.fixture(params=["google_cloud", "azure"])
def cloud(request: pytest.FixtureRequest) -> Cloud:
    cloud: Cloud = request.getfixturevalue(request.param)
    return cloud


@pytest.fixture
def cloud_site(tmp_path: Path, cloud: Cloud) -> CloudSite:
    """A project without static files whose storage is the cloud."""
    return CloudSite(tmp_path, cloud)
