"""Headers by rule, in the words of Google Cloud Storage and Azure."""

from __future__ import annotations

import json

import pytest
from django.core.management.base import CommandError

from tests.sites.cloud_site import CloudSite
from tests.sites.clouds import Cloud

IMMUTABLE = "public, max-age=31536000, immutable"

# django-storages' own, whenever an AzureStorage is constructed.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)


@pytest.fixture(autouse=True)
def _sources(cloud_site: CloudSite) -> None:
    cloud_site.headers_of_stock = False
    cloud_site.write({"app.css": "a {}", "logo.png": "PNG"})


def cache_control(cloud: Cloud) -> dict[str, str | None]:
    """Return it by name; a hashed one is called so."""
    objects = cloud.objects()
    paths = json.loads(objects["staticfiles.json"].body)["paths"]
    hashed = {hashed_name: f"hashed {name}" for name, hashed_name in paths.items()}
    return {
        hashed.get(key, key): stored.cache_control for key, stored in objects.items()
    }


@pytest.mark.parametrize("transport", ["obstore", "sdk"])
def test_first_rule_then_the_default(
    cloud_site: CloudSite, cloud: Cloud, transport: str
) -> None:
    cloud_site.collect(
        transport=transport,
        headers=[
            ("*.png", {"cache_control": "max-age=9"}),
            ("*", {"content_language": "en"}),
        ],
    )

    assert cache_control(cloud) == {
        "app.css": None,
        "hashed app.css": IMMUTABLE,
        "logo.png": "max-age=9",
        "hashed logo.png": "max-age=9",
        "staticfiles.json": "no-cache",
    }


def test_parameters_of_the_project_replace_the_default(
    cloud_site: CloudSite, cloud: Cloud
) -> None:
    cloud_site.collect(object_parameters={"cache_control": "max-age=5"})

    assert set(cache_control(cloud).values()) == {"max-age=5"}


def test_save_of_the_project_sends_them_too(
    cloud_site: CloudSite, cloud: Cloud
) -> None:
    cloud_site.write({"app.js": "1"})

    cloud_site.collect(
        backend=cloud.banner, headers=[("*.js", {"cache_control": "max-age=9"})]
    )

    stored = cloud.objects()
    assert stored["app.js"].cache_control == "max-age=9"
    assert stored["app.css"].cache_control is None


def test_word_of_another_vendor(cloud_site: CloudSite, cloud: Cloud) -> None:
    with pytest.raises(
        CommandError, match=r"'CacheControl', which is no .* Write 'cache_control'\."
    ):
        cloud_site.collect(headers=[("*.css", {"CacheControl": "no-cache"})])

    assert cloud.keys() == []
