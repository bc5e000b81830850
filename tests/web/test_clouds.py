"""The manifest of the other clouds, in a web process."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from werkzeug.wrappers import Response

from faststatic_storages.providers import ProviderError
from tests.sites.cloud_site import CloudSite
from tests.sites.clouds import Cloud
from tests.web.manifests import BROKEN, MANIFEST_NAME, PAGE, url_within

# django-storages' own, whenever an AzureStorage is constructed.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)

NAMES = ["empty", "HTML of a proxy", "not UTF-8", "100,000 brackets", "a list"]


@pytest.mark.parametrize("name", NAMES)
def test_broken_manifest_is_named_and_replaced(
    cloud_site: CloudSite, cloud: Cloud, name: str
) -> None:
    cloud_site.write({"app.js": "1"})
    cloud.put(MANIFEST_NAME, BROKEN[name].body)

    storage = cloud.storage(cloud.manifest)
    with pytest.raises(ValueError, match=r"staticfiles\.json.*Run collectstatic"):
        storage.url("app.js")

    cloud_site.collect()
    assert "app.c4ca4238a0b9.js" in cloud.storage(cloud.manifest).url("app.js")


DOWN: dict[str, Callable[[Cloud], None]] = {
    "500": lambda cloud: cloud.proxy.fail(status=500),
    "403": lambda cloud: cloud.proxy.fail(status=403, body=cloud.refusal),
    "a page": lambda cloud: cloud.proxy.react(lambda request: Response(PAGE)),
    "the connection is reset": lambda cloud: cloud.proxy.reset_connection(),
}


@pytest.mark.parametrize("goes_down", DOWN.values(), ids=DOWN)
def test_store_that_was_down_is_asked_again(
    cloud_site: CloudSite, cloud: Cloud, goes_down: Callable[[Cloud], None]
) -> None:
    cloud_site.write({"app.js": "1"})
    cloud_site.collect()
    goes_down(cloud)
    storage = cloud.storage(cloud.impatient)
    seen = len(cloud.proxy.requests)
    for _ in range(50):
        with pytest.raises((ProviderError, ValueError)):
            storage.url("app.js")
    assert len(cloud.proxy.requests) - seen < 20

    cloud.proxy.heal()

    assert "app.c4ca4238a0b9.js" in url_within(3, storage)


def test_copy_of_a_storage(cloud_site: CloudSite, cloud: Cloud) -> None:
    cloud_site.write({"app.js": "1"})
    cloud_site.collect()
    storage = cloud.storage(cloud.manifest)

    assert copy.copy(storage).url("app.js") == storage.url("app.js")
