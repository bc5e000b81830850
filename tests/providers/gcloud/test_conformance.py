"""GoogleCloud's provider keeps the contract, by each transport."""

from __future__ import annotations

from typing import Any

import pytest

from faststatic_storages.testing import ProviderConformance
from tests.sites.clouds import GoogleCloud


@pytest.fixture(params=["obstore", "sdk"])
def transport(request: pytest.FixtureRequest) -> Any:
    return request.param


class TestGoogleCloud(ProviderConformance):
    @pytest.fixture
    def storage(self, google_cloud: GoogleCloud, transport: str) -> Any:
        # What is next to the location and, as some tools leave it, in its place.
        google_cloud.put("static-old/kept.txt", b"x")
        google_cloud.put("static/", b"")
        return google_cloud.storage(location="static", transport=transport)
