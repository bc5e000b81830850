"""What the wheel holds, for pip and for type checkers."""

from __future__ import annotations

from importlib import metadata, resources

import faststatic_storages


def test_version_of_the_distribution() -> None:
    assert metadata.version("faststatic-storages") == faststatic_storages.__version__


def test_types_are_advertised() -> None:
    assert resources.files(faststatic_storages).joinpath("py.typed").is_file()
