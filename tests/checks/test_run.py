"""A run says by itself what the checks have not said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from tests.checks.checking import check, ids
from tests.sites.site import PLAIN, Site

SIGNED: dict[str, Any] = {"querystring_auth": True, "custom_domain": None}
WRONG_ORDER = """
from storages.backends.s3 import S3StaticStorage
from faststatic_storages import PreloadMetadataMixin
class Mine(S3StaticStorage, PreloadMetadataMixin): ...
"""
LINE = "Warning: querystring_auth is True"


def test_warning_has_the_name_by_which_it_is_silenced(site: Site) -> None:
    run = site.collect(backend=PLAIN, **SIGNED)

    [line] = [line for line in run.lines if line.startswith(LINE)]
    assert line.endswith("(faststatic_storages.W003)")

    with override_settings(SILENCED_SYSTEM_CHECKS=["faststatic_storages.W003"]):
        assert LINE not in site.collect(backend=PLAIN, **SIGNED).stdout


def test_warning_of_a_project_s_provider(site: Site) -> None:
    run = site.collect(backend="tests.checks.storages.WithDoubts")

    assert "Warning: The moon is full. Wait a day.\n" in run.stdout


def test_what_a_check_has_just_said_is_not_said_again(site: Site) -> None:
    assert ids(check(site, PLAIN, **SIGNED)) == ["W003"]

    assert LINE not in site.collect(backend=PLAIN, **SIGNED).stdout
    assert LINE in site.collect(backend=PLAIN, **SIGNED).stdout


def test_wrong_order_of_bases_is_one_line(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "late_order.py").write_text(WRONG_ORDER)
    monkeypatch.syspath_prepend(tmp_path)
    settings = site.settings(PLAIN)
    settings["STORAGES"]["staticfiles"]["BACKEND"] = "late_order.Mine"

    with (
        override_settings(**settings),
        pytest.raises(CommandError, match=r"Write: class Mine\(PreloadMetadataMixin, "),
    ):
        call_command("collectstatic", "--noinput")
