"""Whose methods hash."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import HashedFilesMixin, StaticFilesStorage

from faststatic_storages import PreloadMetadataMixin, TwoPassManifestStorage
from faststatic_storages.hashing.trust import CALLED, REWRITING, is_django_s


class Plain(TwoPassManifestStorage, PreloadMetadataMixin, StaticFilesStorage):
    pass


@pytest.mark.parametrize("name", [*REWRITING, *CALLED])
def test_method_of_somebody_else_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    method: Any = lambda *_: None  # noqa: E731
    storage = Plain(tmp_path, "/static/")
    assert is_django_s(storage)

    own = type("Own", (Plain,), {name: method})
    assert not is_django_s(own(tmp_path, "/static/"))

    with monkeypatch.context() as patch:
        patch.setitem(vars(storage), name, method)
        assert not is_django_s(storage)

    monkeypatch.setattr(HashedFilesMixin, name, method, raising=False)
    assert not is_django_s(storage)
