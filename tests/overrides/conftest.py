from __future__ import annotations

import pytest

from tests.overrides.pair import SOURCES, Pair
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import Site


@pytest.fixture
def pair(site: Site, bucket: Bucket, server: S3Server) -> Pair:
    """A project with static files, and a bucket for each of two storages."""
    site.write(SOURCES)
    return Pair(site, bucket, Bucket(server.url, "stock"))
