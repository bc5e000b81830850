"""A container that is others' as well, of a service that lists from the start alone."""

from __future__ import annotations

import pytest

from faststatic_storages.providers import provider_for
from faststatic_storages.run import sieve
from faststatic_storages.run.listing import Listing
from faststatic_storages.run.progress import Progress
from faststatic_storages.run.search import Foreseen
from tests.run.test_search import FOREIGN as MORE_FOREIGN
from tests.run.test_search import SITE
from tests.sites.cloud_site import CloudSite
from tests.sites.clouds import Azure

# django-storages' own, whenever an AzureStorage is constructed.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)

FOREIGN = MORE_FOREIGN[:30]


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieve, "MANY", 20)


@pytest.fixture
def container(azure: Azure) -> Azure:
    for key in FOREIGN:
        azure.put(key, b"")
    return azure


def lists(azure: Azure) -> int:
    return azure.proxy.requests.counts().get("List", 0)


@pytest.mark.parametrize("cloud", ["azure"], indirect=True)
def test_what_is_not_kept_is_looked_for_when_somebody_asks(
    container: Azure, cloud_site: CloudSite
) -> None:
    for key in SITE:
        container.put(key, b"")
    listing = Listing(provider_for(cloud_site.cloud.storage()))
    listing.start(Progress(), lambda: Foreseen([*SITE, "n.txt"], is_all=True), then=id)
    before = lists(container)

    index = listing.objects(())

    assert not index.is_whole
    assert all(key in index for key in SITE)
    assert "n.txt" not in index
    assert lists(container) <= before + 1
    assert "media/005.jpg" in index
    assert "media/005.png" not in index
    assert {*index} == {*FOREIGN, *SITE}
    assert lists(container) <= before + 2


@pytest.mark.parametrize("cloud", ["azure"], indirect=True)
def test_run_among_others_objects_asks_no_more(
    container: Azure, cloud_site: CloudSite
) -> None:
    cloud_site.write(SITE)
    cloud_site.collect()

    again = cloud_site.collect()

    assert again.requests.counts() == container.read | {"List": 1}
    assert {*FOREIGN} < {*container.keys()}
