"""What holds of a run whatever Google and Azure do otherwise than their emulators."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from tests.providers.s3.test_differences import CHANGED, FILES
from tests.servers import switches
from tests.servers.differences import AZURE, GOOGLE, Difference
from tests.servers.switches import imitating
from tests.sites.cloud_site import CloudSite
from tests.sites.clouds import Cloud, GoogleCloud, StoredObject

# django-storages' own, whenever an AzureStorage is constructed.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)


def expected(site: CloudSite) -> dict[str, StoredObject]:
    """Return what a run leaves with the emulator as it is."""
    cloud, container = site.cloud, site.cloud.container
    cloud.container = cloud.create()
    site.collect()
    objects = cloud.objects()
    cloud.drop(cloud.container)
    cloud.container = container
    return objects


@pytest.mark.parametrize(
    ("vendor", "difference"),
    [
        *(
            pytest.param("google_cloud", row, id=f"Google, {row.name}")
            for row in GOOGLE
        ),
        *(pytest.param("azure", row, id=f"Azure, {row.name}") for row in AZURE),
    ],
)
def test_outcome_is_the_same_or_the_error_ends_with_the_remedy(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    vendor: str,
    difference: Difference,
) -> None:
    cloud: Cloud = request.getfixturevalue(vendor)
    site = CloudSite(tmp_path, cloud)
    site.write(FILES)
    first = expected(site)

    def puts() -> list[str]:
        return site.collect(backend=cloud.unretrying).requests.keys()

    def refused(remedy: str) -> AbstractContextManager[object]:
        return pytest.raises(CommandError, match=remedy) if remedy else nullcontext()

    with imitating(cloud.proxy, difference.switch()) as changed:
        with refused(difference.fails_at_first):
            puts()
        puts()
        assert cloud.objects() == first
        assert bool(puts()) == difference.hides_equality

        site.write(CHANGED)
        puts()
        assert cloud.objects().keys() > first.keys()

    assert any(changed.values())


def test_stock_class_reads_past_the_cache(
    tmp_path: Path, google_cloud: GoogleCloud
) -> None:
    """It asks for the object, then for the generation: so the switch is true to it."""
    site = CloudSite(tmp_path, google_cloud)

    def names() -> dict[str, str]:
        storage = google_cloud.storage(google_cloud.stock_manifest)
        hashed_files: dict[str, str] = storage.hashed_files
        return hashed_files

    with google_cloud.proxy.imitating(switches.google_cache()):
        site.write(FILES)
        site.collect()
        first = names()
        site.write(CHANGED)
        site.collect()

        assert names()["app.js"] != first["app.js"]
