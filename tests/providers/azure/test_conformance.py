"""Azure's provider keeps the contract, by each transport."""

from __future__ import annotations

from typing import Any

import pytest

from faststatic_storages.testing import ProviderConformance
from tests.sites.clouds import Azure


@pytest.fixture(params=["obstore", "sdk"])
def transport(request: pytest.FixtureRequest) -> Any:
    return request.param


# django-storages' own, whenever an AzureStorage is constructed.
@pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)
class TestAzure(ProviderConformance):
    @pytest.fixture
    def storage(self, azure: Azure, transport: str) -> Any:
        # What is next to the location and, as some tools leave it, in its place.
        azure.put("static-old/kept.txt", b"x")
        azure.put("static/", b"")
        return azure.storage(location="static", transport=transport)
