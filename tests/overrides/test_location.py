"""A project's own idea of where files lie, and of what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import (
    ManifestFilesMixin,
    StaticFilesStorage,
    staticfiles_storage,
)
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from faststatic_storages import PreloadMetadataMixin, TwoPassManifestStorage
from tests.overrides.pair import CHANGED, KIND, SOURCES, WHERE, Pair, refusal_of
from tests.overrides.storages import STOCK, Parent, composed, path_of
from tests.sites.bucket import Bucket

TENANTS = ("oak", "elm")


class PerTenant(Parent):
    """As multi-tenant sites do it: the tenant is a setting of the thread."""

    tenant = "nobody"

    @property
    def location(self) -> str:
        return f"tenants/{self.tenant}"


@WHERE
@KIND
def test_location_that_changes_between_runs(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, where: str, kind: str
) -> None:
    urls = []
    for place, bucket in (("stock", pair.stock.name), (where, pair.bucket.name)):
        backend = composed(PerTenant, place, kind)
        with override_settings(**pair.site.settings(backend, bucket_name=bucket)):
            for tenant in TENANTS:
                monkeypatch.setattr(PerTenant, "tenant", tenant)
                pair.site.write({"app.js": tenant})
                pair.site.date(seconds_from_now=60)
                call_command("collectstatic", "--noinput", verbosity=0)
                urls.append(staticfiles_storage.url("app.js"))

    assert urls[:2] == urls[2:]
    assert pair.bucket.objects() == pair.stock.objects()
    assert {key.split("/")[1] for key in pair.bucket.objects()} == {*TENANTS}


class AllTenants(PerTenant):
    """Put a page into each tenant's place once all is hashed."""

    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        for tenant in TENANTS:
            type(self).tenant = tenant
            self.save("page.html", ContentFile(f"<p>{tenant}</p>"))
        type(self).tenant = "nobody"


@WHERE
def test_location_that_changes_in_a_run(pair: Pair, where: str) -> None:
    for changes in ({}, CHANGED):
        pair.site.write(changes)
        pair.collect(override=AllTenants, where=where)

        assert pair.bucket.objects() == pair.stock.objects()


class DeletesToTrash(Parent):
    """Keep a copy of whatever is deleted by name."""

    def delete(self, name: str) -> None:
        if name.startswith("stale"):
            with self.open(name) as file:
                self.save(f"trash/{name}", ContentFile(file.read()))
        super().delete(name)

    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        self.delete("stale.txt")


class Protects(Parent):
    """Let nobody delete what others have put here."""

    def delete(self, name: str) -> None:
        if not name.startswith("uploads/"):
            super().delete(name)


class ProtectsByName(Protects):
    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        self.delete("uploads/a.txt")


class SeesNoText(Parent):
    def exists(self, name: str) -> Any:
        return not name.endswith(".txt") and super().exists(name)


class SeesFlags(Parent):
    """A name counts as taken if a flag of that name is there."""

    def exists(self, name: str) -> Any:
        return super().exists(name) or super().exists(f"{name}.flag")

    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        found = {name: self.exists(name) for name in ("flagged.txt", "none.txt")}
        self.save("found.txt", ContentFile(str(found)))


OTHERS = {
    "static/uploads/a.txt": b"a",
    "static/stale.txt": b"stale",
    "static/flagged.txt.flag": b"",
}


@WHERE
@pytest.mark.parametrize(
    "override", [DeletesToTrash, ProtectsByName, SeesFlags, SeesNoText]
)
def test_override_of_exists_or_delete_is_honoured(
    pair: Pair, override: Any, where: str
) -> None:
    for bucket in (pair.bucket, pair.stock):
        for key, body in OTHERS.items():
            bucket.put(key, body)
    pair.site.write({"notes.txt": "..."})

    pair.collect(override=override, where=where, location="static")

    assert pair.bucket.objects() == pair.stock.objects()


@WHERE
@KIND
def test_delete_that_protects_is_asked_by_clear(
    pair: Pair, where: str, kind: str
) -> None:
    for bucket in (pair.bucket, pair.stock):
        bucket.put("static/uploads/a.txt", b"a")

    pair.collect(
        "--clear", override=Protects, where=where, kind=kind, location="static"
    )

    assert "static/uploads/a.txt" in pair.stock.objects()
    assert "static/uploads/a.txt" in pair.bucket.objects()


class VersionedUrl(Parent):
    def url(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return f"{super().url(name, *args, **kwargs)}?v=7"


@WHERE
@KIND
def test_override_of_url_is_honoured(pair: Pair, where: str, kind: str) -> None:
    pair.collect(override=VersionedUrl, where=where, kind=kind)

    assert pair.bucket.objects() == pair.stock.objects()
    ours = pair.site.storage(composed(VersionedUrl, where, kind))
    assert ours.url("app.js").endswith(".js?v=7")


def test_override_of_url_behind_the_hashing_is_in_the_references(pair: Pair) -> None:
    """Django's hashing takes what the class behind it says."""
    base = type("VersionedBase", (VersionedUrl, STOCK["plain"]), {})
    stock = type("StockVersioned", (ManifestFilesMixin, base), {})
    ours = type("Versioned", (TwoPassManifestStorage, PreloadMetadataMixin, base), {})

    pair.site.collect(backend=path_of(stock), bucket_name=pair.stock.name)
    pair.site.collect(backend=path_of(ours))

    assert pair.bucket.objects() == pair.stock.objects()
    assert b"?v=7" in pair.bucket.get(pair.bucket.paths()["css/base.css"]).body


class HasPaths(Parent):
    """A mirror of the bucket on disk, of which path() tells the place."""

    mirror: Path

    def path(self, name: str) -> str:
        return str(self.mirror / name)

    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        self.save("place.txt", ContentFile(str(Path(self.path("app.js")).name)))


@WHERE
def test_override_of_path_is_honoured(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(HasPaths, "mirror", tmp_path, raising=False)
    for changes in ({}, CHANGED):
        pair.site.write(changes)
        pair.collect(override=HasPaths, where=where)

        assert pair.bucket.objects() == pair.stock.objects()


class Compresses(Parent):
    """Write beside each file on disk, found by path(), as WhiteNoise does."""

    def post_process(self, paths: Any, **options: Any) -> Any:
        written = set()
        for name, hashed_name, processed in super().post_process(paths, **options):
            written |= {name, hashed_name}
            yield name, hashed_name, processed
        for name in sorted(written):
            path = Path(self.path(name))
            Path(f"{path}.rev").write_bytes(path.read_bytes()[::-1])
            yield name, f"{name}.rev", True


class KeepsHashedOnDisk(Parent):
    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        for name in paths:
            Path(self.path(name)).unlink()


class LooksOnDisk(Parent):
    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        sizes = {name: Path(self.path(name)).stat().st_size for name in sorted(paths)}
        self.save("sizes.txt", ContentFile(str(sizes)))


MIXINS = (TwoPassManifestStorage, PreloadMetadataMixin)


def on_disk(override: Any, where: str) -> str:
    stock = type(f"{override.__name__}Stock", (override, DiskManifest), {})
    bases = {
        "stock": (override, DiskManifest),
        "above": (override, *MIXINS, StaticFilesStorage),
        "below": (*MIXINS, stock),
    }[where]
    return path_of(type(f"{override.__name__}_disk_{where}", bases, {}))


class DiskManifest(ManifestFilesMixin, StaticFilesStorage):  # type: ignore[misc]
    """Django's own ManifestStaticFilesStorage."""


@WHERE
@pytest.mark.parametrize("override", [Compresses, KeepsHashedOnDisk, LooksOnDisk])
def test_use_of_path_is_honoured_or_refused(
    pair: Pair, tmp_path: Path, override: Any, where: str
) -> None:
    def collect(place: str) -> dict[str, bytes]:
        settings = pair.site.settings(on_disk(override, place))
        settings["STORAGES"]["staticfiles"].pop("OPTIONS")
        root = tmp_path / place
        with override_settings(**settings, STATIC_ROOT=str(root)):
            refusals[place] = refusal_of(
                lambda: call_command("collectstatic", "--noinput", verbosity=0)
            )
        files = [path for path in root.rglob("*") if path.is_file()]
        return {str(path.relative_to(root)): path.read_bytes() for path in files}

    refusals: dict[str, str] = {}
    stock, ours = collect("stock"), collect(where)

    is_refused = "path()" in refusals[where]
    assert is_refused or refusals[where] == ""
    assert refusals["stock"] == ""
    assert ours == ({} if is_refused else stock)


def test_path_of_a_bucket_is_refused_as_django_storages_does(
    pair: Pair, bucket: Bucket
) -> None:
    with pytest.raises(NotImplementedError):
        pair.collect_stock(override=Compresses)

    with pytest.raises((CommandError, NotImplementedError), match="path"):
        pair.site.collect(backend=composed(Compresses, "above"))

    assert bucket.keys() == []
    assert {*pair.stock.keys()} >= {*SOURCES}
