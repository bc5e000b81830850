"""django-tenants: a place for each tenant, which the thread's connection knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings
from django_tenants.staticfiles.storage import TenantStaticFilesStorage
from django_tenants.utils import parse_tenant_config_path

from faststatic_storages import PreloadMetadataMixin, TwoPassManifestStorage
from tests.overrides.storages import Parent, composed
from tests.sites.bucket import Bucket
from tests.sites.site import Site

TENANTS = ("oak", "elm")
CURRENT = ContextVar[str]("tenant")
ONE_BY_ONE = "its files are saved one after the other"


class TenantFiles(Parent):
    """As its documentation has it for files that are in no directory."""

    @property
    def location(self) -> str:
        path: str = parse_tenant_config_path("tenants/%s")
        return path


class ContextFiles(Parent):
    """As others do it who have no such connection; in another thread there is none."""

    @property
    def location(self) -> str:
        return f"tenants/{CURRENT.get()}"


class SavedTenantFiles(TenantFiles):
    thread_safe = True

    def _save(self, name: str, content: Any) -> str:
        saved: str = super()._save(name, content)
        return saved


class LocalTenantFiles(
    TwoPassManifestStorage, PreloadMetadataMixin, TenantStaticFilesStorage
):
    pass


@pytest.fixture
def enter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Be in a tenant, as its connections do it: in another thread, in none."""
    of_all = type(connections["default"])
    monkeypatch.setattr(of_all, "schema_name", "public", raising=False)
    yield lambda tenant: setattr(connection, "schema_name", tenant)
    delattr(connection, "schema_name")


@pytest.fixture
def collect(
    site: Site, enter: Callable[[str], None]
) -> Callable[[dict[str, Any]], str]:
    """Collect and clear for each tenant, and again for the first."""

    def collect(settings: dict[str, Any]) -> str:
        for tenant in (*TENANTS, TENANTS[0]):
            enter(tenant)
            CURRENT.set(tenant)
            site.write({"app.js": tenant})
            site.server.requests.clear()
            stdout = StringIO()
            with override_settings(**settings):
                call_command("collectstatic", "--noinput", "--clear", stdout=stdout)
        return stdout.getvalue()

    return collect


@pytest.mark.parametrize("tenant_files", [TenantFiles, ContextFiles])
def test_each_tenant_s_files_are_collected_and_cleared_alone(
    site: Site,
    bucket: Bucket,
    collect: Callable[[dict[str, Any]], str],
    tenant_files: type,
) -> None:
    backend = composed(tenant_files, "below")

    again = collect(site.settings(backend))

    assert site.server.requests.counts() == {"ListObjectsV2": 1, "GetObject": 1}
    assert ONE_BY_ONE not in again
    assert {key.split("/")[1] for key in bucket.objects()} == {*TENANTS}
    assert bucket.get("tenants/elm/app.js").body == b"elm"
    hashed = bucket.paths("tenants/oak/staticfiles.json")["app.js"]
    url = site.storage(backend).url("app.js")
    assert url == f"https://static.example.com/tenants/oak/{hashed}"


def test_what_the_project_saves_is_saved_where_it_belongs(
    site: Site, bucket: Bucket, collect: Callable[[dict[str, Any]], str]
) -> None:
    again = collect(site.settings(composed(SavedTenantFiles, "below")))

    assert {key.split("/")[1] for key in bucket.objects()} == {*TENANTS}
    assert bucket.get("tenants/elm/app.js").body == b"elm"
    assert ONE_BY_ONE in again


def test_each_tenant_s_directory(
    site: Site, tmp_path: Path, collect: Callable[[dict[str, Any]], str]
) -> None:
    root = tmp_path / "root"

    again = collect(
        {
            **site.settings(),
            "STORAGES": {"staticfiles": {"BACKEND": f"{__name__}.LocalTenantFiles"}},
            "STATIC_ROOT": str(root),
            "MULTITENANT_RELATIVE_STATIC_ROOT": "tenants/%s",
        }
    )

    assert {path.name for path in root.glob("*/*")} == {*TENANTS}
    assert (root / "tenants/elm/app.js").read_text() == "elm"
    assert ONE_BY_ONE in again
