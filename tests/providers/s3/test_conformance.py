"""S3's provider keeps the contract, by each transport."""

from __future__ import annotations

from typing import Any

import pytest

from faststatic_storages.testing import ProviderConformance
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site


@pytest.fixture(params=["obstore", "sdk"])
def transport(request: pytest.FixtureRequest) -> Any:
    return request.param


class TestS3(ProviderConformance):
    @pytest.fixture
    def storage(self, site: Site, bucket: Bucket, transport: str) -> Any:
        # What is next to the location and, as some tools leave it, in its place.
        bucket.put("static-old/kept.txt", b"x")
        bucket.put("static/", b"")
        return site.storage(PLAIN, location="static", transport=transport)
