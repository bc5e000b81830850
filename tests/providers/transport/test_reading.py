"""An object that is read from a cloud is there as a whole, or the error says so."""

from __future__ import annotations

import gc

import pytest

from faststatic_storages.providers import ProviderError, provider_for
from tests.sites.clouds import Cloud

# django-storages' own, whenever an AzureStorage is constructed.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)


# Azure's SDK leaves the socket to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_answer_that_breaks_off(cloud: Cloud) -> None:
    cloud.put("a.txt", b"text")
    cloud.proxy.fail(
        "Get",
        status=200,
        body="text",
        headers={"Content-Length": "9", "Connection": "close"},
    )
    provider = provider_for(cloud.storage(cloud.unretrying))

    with pytest.raises(ProviderError, match=r"^Could not read "):
        provider.get("a.txt")

    gc.collect()
