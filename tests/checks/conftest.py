from __future__ import annotations

from collections.abc import Iterator

import pytest

from faststatic_storages.run.warned import just_told


@pytest.fixture(autouse=True)
def _told_nothing() -> Iterator[None]:
    """Let no run of another test be spared what a check has told here."""
    yield
    just_told.clear()
