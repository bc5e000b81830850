"""No secret in what a run says, whatever Google and Azure answer."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

import pytest
from google.oauth2.credentials import Credentials

from faststatic_storages.providers import ProviderError, provider_for
from faststatic_storages.providers.azure import errors as azure_errors
from faststatic_storages.providers.gcloud import errors as gcloud_errors
from faststatic_storages.providers.redaction import redacted
from faststatic_storages.providers.remedies import Remedies
from tests.security.telling import Telling, told_by
from tests.sites.cloud_site import CloudSite
from tests.sites.clouds import Cloud, GoogleCloud

pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)


@pytest.mark.parametrize("transport", ["auto", "sdk"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_server_that_tells_what_it_was_sent(
    cloud_site: CloudSite,
    cloud: Cloud,
    caplog: pytest.LogCaptureFixture,
    method: str,
    transport: str,
) -> None:
    caplog.set_level(logging.DEBUG, "faststatic_storages")
    cloud_site.write({"app.js": "1"})
    is_google = isinstance(cloud, GoogleCloud)
    telling = Telling(status=403, as_json=is_google)
    cloud.proxy.react(partial(refuse, telling, method))
    options: dict[str, Any] = {"transport": transport}
    if is_google:
        options["credentials"] = Credentials(token="ya29.c0-token_of-1/hour")

    told = told_by(partial(cloud_site.collect, backend=cloud.impatient, **options))

    assert "403" in told
    assert telling.secrets
    for secret in telling.secrets:
        assert secret not in told
        assert secret not in caplog.text


def refuse(telling: Telling, method: str, request: Any) -> Any:
    is_put = request.method in ("PUT", "POST")
    return telling(request) if is_put == (method == "PUT") else None


@pytest.mark.parametrize(
    "remedies",
    [azure_errors.REMEDIES, gcloud_errors.REMEDIES],
    ids=["azure", "gcloud"],
)
def test_our_own_remedies_stay(remedies: Remedies) -> None:
    texts = [
        *remedies.by_code.values(),
        *remedies.permissions.values(),
        remedies.credentials,
        *(remedy for _, remedy in remedies.local),
    ]

    assert [redacted(text) for text in texts] == texts


def test_object_over_the_limit_is_not_read(cloud: Cloud) -> None:
    cloud.put("a.txt", b"123")
    cloud.put("b.txt", b"1234" * 100_000)
    provider = provider_for(cloud.storage())
    provider.max_size_read = 3

    assert provider.get("a.txt") == b"123"
    with pytest.raises(ProviderError, match="more than 3 bytes"):
        provider.get("b.txt")
