"""For how long a service asks to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from faststatic_storages.providers import provider_for
from faststatic_storages.providers.remedies import Throttled
from faststatic_storages.providers.transport.throttling import seconds_in
from tests.sites.clouds import Cloud
from tests.sites.generic_storages import Memory

# django-storages' own, whenever an AzureStorage is constructed.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"Retry-After": "7"}, 7),
        ({"retry-after": "7"}, 7),
        ({"Retry-After": "soon"}, 0),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 -0000"}, 0),
    ],
)
def test_seconds(headers: dict[str, str], seconds: float) -> None:
    assert seconds_in(headers) == seconds


def test_date() -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)

    assert 50 < seconds_in({"Retry-After": when}) <= 60


def test_obstore_was_told_to_wait(cloud: Cloud) -> None:
    provider = provider_for(cloud.storage())

    explanation = provider.explain(Throttled(429), "upload")

    assert explanation.cause == "429: the service asks for fewer requests"
    assert "max_workers" in explanation.remedy


def test_other_storages_do_not_tell() -> None:
    assert provider_for(Memory()).retry_after(OSError()) == 0
