"""The generic provider keeps the contract, on disk and over a network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from faststatic_storages.providers import Content, ObjectInfo, Upload
from faststatic_storages.providers.generic import GenericProvider
from faststatic_storages.sync.content import HeldBytes
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


class Deletes(GenericProvider):
    """Deletes nothing."""

    def delete(self, keys: Iterable[str]) -> None:
        pass


class Gets(GenericProvider):
    """Gets what was there first."""

    @cached_property
    def _seen(self) -> dict[str, bytes]:
        return {}

    def get(self, key: str) -> bytes:
        return self._seen.setdefault(key, super().get(key))


class Keys(GenericProvider):
    """Takes names as they come."""

    def key(self, name: str) -> str:
        return name.strip("./")


class Lists(GenericProvider):
    """Lists one directory."""

    def list(self) -> Iterator[ObjectInfo]:
        return (info for info in super().list() if "/" not in info.key)


class Trusts(GenericProvider):
    """Goes by the size."""

    def is_unchanged(
        self, content: Content, remote: ObjectInfo, *, named_by_content: bool
    ) -> bool:
        return content.size == remote.size


@pytest.mark.parametrize(
    ("broken", "failing"),
    [
        (Deletes, "delete_takes_what_is_there_and_no_more"),
        (Gets, "put_replaces"),
        (Keys, "keys_are_under_the_prefix"),
        (Lists, "every_name_arrives_as_it_is"),
        (Trusts, "listing_proves_what_is_unchanged"),
    ],
)
def test_suite_notices_a_provider_that_is_wrong(
    tmp_path: Path, broken: type[GenericProvider], failing: str
) -> None:
    provider = broken(LocalPlain(tmp_path, "/static/"))
    suite = ProviderConformance()
    arguments: dict[str, Any] = {
        "provider": provider,
        "put": lambda name, body: provider.put(Upload(name, HeldBytes(body), {})),
        "size": 1,
    }
    test = getattr(suite, f"test_{failing}")
    wanted = {name: arguments[name] for name in signature(test).parameters}

    with pytest.raises(AssertionError):
        test(**wanted)


def test_suite_asks_for_a_storage() -> None:
    make = ProviderConformance.storage.__wrapped__  # type: ignore[attr-defined]

    with pytest.raises(NotImplementedError, match="return your storage"):
        make(ProviderConformance())
