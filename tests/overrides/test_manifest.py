"""A project's own way of keeping the manifest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.management.base import CommandError

from tests.overrides.pair import CHANGED, SOURCES, WHERE, Pair
from tests.overrides.storages import Parent, composed
from tests.servers.s3 import Request, S3Server

WEB_URLS = ["css/base.css", "logo.png", "app.js"]


class Beside(Parent):
    """Where the tests look: a file for each bucket, beside the code."""

    directory: Path

    @property
    def _path(self) -> Path:
        return self.directory / f"{self.bucket_name}.json"


class BesideTheCode(Beside):
    """By the two methods that Django documents."""

    def read_manifest(self) -> str | None:
        return self._path.read_text() if self._path.exists() else None

    def save_manifest(self) -> None:
        manifest = {"version": "1.1", "paths": self.hashed_files, "hash": ""}
        self._path.write_text(json.dumps(manifest))


class InAnotherStorage(Beside):
    """By the argument that Django documents."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        storage = FileSystemStorage(self.directory)
        super().__init__(*args, manifest_storage=storage, **kwargs)

    @property
    def manifest_name(self) -> str:
        return f"{self.bucket_name}.json"


class Loads(Beside):
    """By load_manifest(), which skips both of the others."""

    def load_manifest(self) -> tuple[dict[str, str], str]:
        if not self._path.exists():
            return {}, ""
        return json.loads(self._path.read_text()), ""

    def save_manifest(self) -> None:
        self._path.write_text(json.dumps(self.hashed_files))


ELSEWHERE = pytest.mark.parametrize(
    "override", [BesideTheCode, InAnotherStorage, Loads]
)


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(Beside, "directory", tmp_path, raising=False)
    return tmp_path


def urls_in_a_web_process(pair: Pair, override: Any, where: str) -> list[str]:
    storage = pair.site.storage(composed(override, where))
    return [storage.url(name) for name in WEB_URLS]


def paths_at(path: Path) -> dict[str, str]:
    manifest = json.loads(path.read_text())
    paths: dict[str, str] = manifest.get("paths", manifest)
    return paths


@WHERE
@ELSEWHERE
def test_manifest_that_is_kept_elsewhere(
    pair: Pair, beside: Path, override: Any, where: str
) -> None:
    for changes in ({}, CHANGED):
        pair.site.write(changes)
        pair.collect(override=override, where=where)

        assert pair.bucket.objects() == pair.stock.objects()
        assert "staticfiles.json" not in pair.bucket.objects()
        manifest = paths_at(beside / "bucket.json")
        assert manifest == paths_at(beside / "stock.json")
        assert urls_in_a_web_process(pair, override, where) == [
            f"https://static.example.com/{manifest[name]}" for name in WEB_URLS
        ]

    again = pair.site.collect(backend=composed(override, where))
    assert again.requests.keys() == []


@WHERE
@ELSEWHERE
def test_manifest_kept_elsewhere_is_not_looked_for_in_the_bucket(
    pair: Pair, server: S3Server, beside: Path, override: Any, where: str
) -> None:
    pair.site.collect()
    pair.site.collect(backend=composed(override, where))
    seen = len(server.requests)

    urls_in_a_web_process(pair, override, where)

    assert server.requests[seen:] == []


@WHERE
@ELSEWHERE
def test_dry_run_leaves_a_manifest_that_is_kept_elsewhere(
    pair: Pair, beside: Path, override: Any, where: str
) -> None:
    backend = composed(override, where)
    pair.site.collect("--dry-run", backend=backend)
    assert not (beside / "bucket.json").exists()

    pair.site.collect(backend=backend)
    before = (beside / "bucket.json").read_text()
    pair.site.write(CHANGED)
    pair.site.collect("--dry-run", backend=backend)

    assert (beside / "bucket.json").read_text() == before


@WHERE
@ELSEWHERE
def test_manifest_kept_elsewhere_is_written_after_every_upload(
    pair: Pair, server: S3Server, beside: Path, override: Any, where: str
) -> None:
    there: list[bool] = []

    def look(request: Request) -> None:
        there.append((beside / "bucket.json").exists())

    server.observe(look)
    run = pair.site.collect(backend=composed(override, where), max_workers=4)

    puts = [one.operation for one in run.requests].count("PutObject")
    assert puts == 2 * len(SOURCES)
    assert not any(there)
    assert (beside / "bucket.json").exists()


class NamedByRelease(Parent):
    release = "1"

    @property
    def manifest_name(self) -> str:
        return f"manifest-{self.release}.json"


class FallsBack(Parent):
    """Read what is there, and begin anew with what cannot be read."""

    def read_manifest(self) -> Any:
        content = super().read_manifest()
        return content if content and content.startswith("{") else None


class SavesACopy(Parent):
    """As those do whose scripts look hashed names up in the browser."""

    def save_manifest(self) -> None:
        super().save_manifest()
        names = json.dumps(dict(sorted(self.hashed_files.items())))
        self.save("manifest.js", ContentFile(f"export default {names}"))


class AddsAnEntry(Parent):
    def save_manifest(self) -> None:
        self.hashed_files["bundle.js"] = self.hashed_files["app.js"]
        super().save_manifest()


class ForgetsAnEntry(Parent):
    def load_manifest(self) -> Any:
        hashed_files, manifest_hash = super().load_manifest()
        hashed_files.pop("bundle.js", None)
        return hashed_files, manifest_hash


IN_THE_BUCKET = [AddsAnEntry, FallsBack, ForgetsAnEntry, NamedByRelease, SavesACopy]


@WHERE
@pytest.mark.parametrize("override", IN_THE_BUCKET)
def test_override_of_the_manifest_is_honoured(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, override: Any, where: str
) -> None:
    for release, changes in (("1", {}), ("2", CHANGED)):
        monkeypatch.setattr(NamedByRelease, "release", release)
        pair.site.write(changes)
        pair.collect(override=override, where=where)

        assert pair.bucket.objects() == pair.stock.objects()
        stock = pair.site.storage(
            composed(override, "stock"), bucket_name=pair.stock.name
        )
        assert urls_in_a_web_process(pair, override, where) == [
            stock.url(name) for name in WEB_URLS
        ]

    again = pair.site.collect(backend=composed(override, where))
    assert again.requests.keys() == []


@WHERE
def test_read_manifest_that_begins_anew(pair: Pair, where: str) -> None:
    for name in (pair.bucket.name, pair.stock.name):
        pair.bucket.client.put_object(Bucket=name, Key="staticfiles.json", Body=b"<")

    pair.collect(override=FallsBack, where=where)

    assert pair.bucket.objects() == pair.stock.objects()


@WHERE
@pytest.mark.parametrize(
    "override", [BesideTheCode, InAnotherStorage, Loads, *IN_THE_BUCKET]
)
def test_manifest_is_not_replaced_if_an_upload_fails(
    pair: Pair, server: S3Server, beside: Path, override: Any, where: str
) -> None:
    backend = composed(override, where)
    pair.site.collect(backend=backend)
    before = pair.bucket.objects()
    files = {path: path.read_bytes() for path in beside.glob("*.json")}
    pair.site.write(CHANGED)
    server.fail("PutObject", nth=1, status=403, code="AccessDenied")

    with pytest.raises(CommandError, match="s3:PutObject"):
        pair.site.collect(backend=backend, max_workers=2)

    after = pair.bucket.objects()
    manifests = {"manifest-1.json", "manifest.js", "staticfiles.json"}
    assert {key: after[key] for key in manifests & after.keys()} == {
        key: before[key] for key in manifests & before.keys()
    }
    assert {path: path.read_bytes() for path in beside.glob("*.json")} == files
    server.heal()
    pair.site.collect(backend=backend)
    urls = urls_in_a_web_process(pair, override, where)
    keys = {url.removeprefix("https://static.example.com/") for url in urls}
    assert keys <= {*pair.bucket.keys()}
