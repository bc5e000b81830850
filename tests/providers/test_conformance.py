"""The generic provider keeps the contract, on disk and over a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from faststatic_storages.testing import ProviderConformance
from tests.sites.bucket import Bucket
from tests.sites.generic_storages import LocalPlain
from tests.sites.site import Site


class TestGenericOnDisk(ProviderConformance):
    @pytest.fixture
    def storage(self, tmp_path: Path) -> Any:
        (tmp_path / "static-old").mkdir()
        (tmp_path / "static-old/kept.txt").touch()
        return LocalPlain(tmp_path / "static", "/static/")


class TestGenericOverANetwork(ProviderConformance):
    tells_digests = False
    sizes = (1,)

    @pytest.fixture
    def storage(self, site: Site, bucket: Bucket) -> Any:
        return site.storage("tests.sites.generic_storages.RemoteParallel")


def test_suite_asks_for_a_storage() -> None:
    make = ProviderConformance.storage.__wrapped__  # type: ignore[attr-defined]

    with pytest.raises(NotImplementedError, match="return your storage"):
        make(ProviderConformance())
