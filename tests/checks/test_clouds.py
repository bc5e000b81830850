"""What the settings of Google's and Azure's storages tell, without a client."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.checking import check, hint, ids
from tests.sites.site import Site

pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)

GOOGLE = "faststatic_storages.backends.gcloud.GoogleCloudManifestStaticStorage"
AZURE = "faststatic_storages.backends.azure_storage.AzureManifestStaticStorage"
OPTIONS: dict[str, dict[str, Any]] = {
    GOOGLE: {"bucket_name": "bucket", "location": "static"},
    AZURE: {
        "azure_container": "container",
        "account_name": "account",
        "account_key": "a2V5",
        "location": "static",
    },
}


@pytest.mark.parametrize(
    ("backend", "options", "number", "remedy"),
    [
        (GOOGLE, {"bucket_name": None}, "E006", "GS_BUCKET_NAME"),
        (GOOGLE, {"file_overwrite": False}, "E007", '"file_overwrite": True'),
        (GOOGLE, {"querystring_auth": True}, "E008", '"querystring_auth": False'),
        (GOOGLE, {"default_acl": "publicRead"}, "W004", '"default_acl": None'),
        (GOOGLE, {"location": ""}, "W001", '"exclusive"'),
        (AZURE, {"azure_container": ""}, "E006", "AZURE_CONTAINER"),
        (AZURE, {"overwrite_files": False}, "E007", '"overwrite_files": True'),
        (AZURE, {"expiration_secs": 60}, "E008", '"expiration_secs": None'),
        (AZURE, {"account_name": None}, "E009", "Set account_name"),
        (AZURE, {"account_key": None}, "E009", "Set account_key"),
    ],
    ids=lambda value: str(value).rpartition(".")[2],
)
def test_trap(
    site: Site, backend: str, options: dict[str, Any], number: str, remedy: str
) -> None:
    storage = {"BACKEND": backend, "OPTIONS": OPTIONS[backend] | options}

    [message] = check(site, others={"cloud": storage})

    assert ids([message]) == [number]
    assert remedy in hint(message)


@pytest.mark.parametrize("backend", [GOOGLE, AZURE], ids=["google", "azure"])
def test_right_settings(site: Site, backend: str) -> None:
    storage = {"BACKEND": backend, "OPTIONS": OPTIONS[backend]}

    assert check(site, others={"cloud": storage}) == []
