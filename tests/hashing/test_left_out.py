"""Which files are hashed at all, seen by which are read for it."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage

from faststatic_storages.backends.s3 import S3ManifestStaticStorage
from faststatic_storages.hashing import remembering
from tests.run.test_meanwhile import at, publish
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, Site

LEDGER = "faststatic.ledger"
SOURCES = {
    "css/base.css": "b { background: url(../logo.png) }",
    "css/fonts.css": "@font-face { src: url('../font.eot?#iefix') }",
    "css/site.css": '@import "base.css";',
    "app.js": "1",
    "font.eot": "EOT",
    "logo.png": "PNG",
}
SEARCHED = sorted(name for name in SOURCES if name.endswith((".css", ".js")))


class Overrides(S3ManifestStaticStorage):
    def clean_name(self, name: str) -> str:
        return super().clean_name(name)


@pytest.fixture(autouse=True)
def _small_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "FEWEST_FILES", 1)


@pytest.fixture
def site(site: Site) -> Site:
    """A site that has deployed."""
    site.headers_of_stock = False
    site.write(SOURCES)
    site.collect()
    return site


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch, site: Site) -> Callable[..., list[str]]:
    """Deploy, and return the files that were searched: they are read once more."""
    opened: Counter[str] = Counter()
    open_file = FileSystemStorage._open  # type: ignore[attr-defined]

    def note(self: Any, name: str, mode: str = "rb") -> Any:
        opened[name] += 1
        return open_file(self, name, mode)

    def deploy(**options: Any) -> list[str]:
        opened.clear()
        monkeypatch.setattr(FileSystemStorage, "_open", note)
        site.collect(**options)
        monkeypatch.undo()
        monkeypatch.setattr(remembering, "FEWEST_FILES", 1)
        return sorted(name for name in SEARCHED if opened[name] > 1)

    return deploy


def ledger_in(bucket: Bucket) -> Any:
    return json.loads(gzip.decompress(bucket.get(LEDGER).body))


def put_ledger(bucket: Bucket, ledger: Any) -> None:
    bucket.put(LEDGER, gzip.compress(json.dumps(ledger).encode()))


def test_unchanged_site_is_not_hashed(
    site: Site, bucket: Bucket, hashed: Callable[..., list[str]]
) -> None:
    assert hashed() == []

    run = site.collect()
    assert run.requests.counts() == {"GetObject": 2, "ListObjectsV2": 1}
    assert run.sent == "13 objects: 0 uploaded, 13 unchanged."
    assert bucket.get(LEDGER).cache_control is None


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ("app.js", ["app.js"]),
        ("logo.png", ["css/base.css", "css/site.css"]),
        ("font.eot", ["css/fonts.css"]),
        ("css/site.css", ["css/site.css"]),
    ],
)
def test_what_refers_to_a_changed_file_is_hashed_with_it(
    site: Site,
    bucket: Bucket,
    hashed: Callable[..., list[str]],
    changed: str,
    again: list[str],
) -> None:
    site.write({changed: SOURCES[changed] + " "})
    assert hashed() == again
    assert hashed() == []

    expected = bucket.paths()
    site.collect("--clear")
    assert bucket.paths() == expected


def test_small_site_leaves_no_rows(
    site: Site, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    bucket.client.delete_object(Bucket=bucket.name, Key=LEDGER)
    site.write({"app.js": "2"})
    site.collect()
    assert LEDGER not in {*bucket.keys()}


@pytest.mark.parametrize(
    ("backend", "options"),
    [
        (MANIFEST, {"ledger": False}),
        (MANIFEST, {"keep_intermediate_files": True}),
        (MANIFEST, {"manifest_integrity": True}),
        (MANIFEST, {"max_post_process_passes": 4}),
        (MANIFEST, {"support_js_module_import_aggregation": True}),
        (f"{__name__}.Overrides", {}),
    ],
    ids=[
        "ledger",
        "intermediate files",
        "integrity",
        "passes",
        "patterns",
        "override",
    ],
)
def test_hashing_that_may_differ_is_done_anew(
    hashed: Callable[..., list[str]], backend: str, options: dict[str, Any]
) -> None:
    assert hashed(backend=backend, **options) == SEARCHED


def test_bytes_that_are_stored_otherwise_are_made_anew(
    bucket: Bucket, hashed: Callable[..., list[str]]
) -> None:
    # To compress what is there means to read it as well.
    for _ in range(2):
        assert hashed(gzip=True) == SEARCHED
        assert bucket.get("css/base.css").content_encoding == "gzip"


def test_headers_that_are_known_are_compared(
    bucket: Bucket, hashed: Callable[..., list[str]]
) -> None:
    hashed(ledger="resend")
    assert hashed(ledger=True) == []
    hashed(ledger=True, hashed_cache_control="max-age=1")
    name = bucket.paths()["css/base.css"]
    assert bucket.get(name).cache_control == "max-age=1"


def other_code(ledger: Any) -> None:
    ledger["hashed"]["code"] = "0" * 32


def other_inputs(ledger: Any) -> None:
    files = ledger["hashed"]["files"]
    files["app.js"] = "0" * 32
    files["css/base.css"][0] = "0" * 32


def output_of_another(ledger: Any) -> None:
    files = ledger["hashed"]["files"]
    files["css/base.css"][2:] = files["css/fonts.css"][2:]


def other_size(ledger: Any) -> None:
    ledger["hashed"]["files"]["css/base.css"][3] += 1


def no_reference(ledger: Any) -> None:
    ledger["hashed"]["files"]["css/site.css"][1] = []


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (other_code, SEARCHED),
        (other_inputs, ["app.js", "css/base.css", "css/site.css"]),
        (output_of_another, ["css/base.css", "css/site.css"]),
        (other_size, ["css/base.css", "css/site.css"]),
        (no_reference, ["css/site.css"]),
        (lambda ledger: ledger.pop("hashed"), SEARCHED),
        (lambda ledger: ledger.update(hashed=[]), SEARCHED),
        (lambda ledger: ledger.update(version=2), SEARCHED),
    ],
    ids=[
        "code",
        "inputs",
        "output",
        "size",
        "references",
        "none",
        "no rows",
        "no ledger",
    ],
)
def test_rows_that_do_not_fit_cost_time(
    bucket: Bucket,
    hashed: Callable[..., list[str]],
    change: Callable[[Any], None],
    again: list[str],
) -> None:
    before = bucket.objects()
    ledger = ledger_in(bucket)
    change(ledger)
    put_ledger(bucket, ledger)

    assert hashed() == again
    assert bucket.objects() == before


def test_object_that_is_gone_or_other_is_hashed_and_sent(
    bucket: Bucket, hashed: Callable[..., list[str]]
) -> None:
    before, paths = bucket.objects(), bucket.paths()
    bucket.client.delete_object(Bucket=bucket.name, Key=paths["css/base.css"])
    bucket.put(paths["app.js"], b"other")

    assert hashed() == ["app.js", "css/base.css", "css/site.css"]
    assert bucket.objects() == before


def test_manifest_of_somebody_else_is_not_believed(
    bucket: Bucket, hashed: Callable[..., list[str]]
) -> None:
    before, paths = bucket.objects(), bucket.paths()
    manifest = json.loads(before["staticfiles.json"].body)
    manifest["paths"] = {
        **paths,
        "logo.png": "same.png",
        "app.js": paths["css/base.css"],
    }
    bucket.put("staticfiles.json", json.dumps(manifest).encode())
    bucket.put("same.png", SOURCES["logo.png"].encode())

    assert hashed() == ["app.js", "css/base.css", "css/site.css"]
    assert bucket.paths() == paths


def test_two_files_under_one_name_are_hashed(
    tmp_path: Path, site: Site, bucket: Bucket
) -> None:
    (second := tmp_path / "second").mkdir()
    site.dirs.append(str(second))
    (second / "d\\x.png").write_text("first")
    site.collect()
    site.write({"d/x.png": "second"})
    site.collect()

    digest = md5(b"second", usedforsecurity=False).hexdigest()
    assert bucket.paths()["d/x.png"] == f"d/x.{digest[:12]}.png"


def test_what_another_deploy_deletes_meanwhile_is_hashed_after_all(
    tmp_path: Path, site: Site, server: S3Server, bucket: Bucket
) -> None:
    (directory := tmp_path / "beside").mkdir()
    beside = Site(directory, server, bucket.name)
    paths = bucket.paths()
    gone = [paths["css/base.css"], paths["logo.png"]]

    def another_deploys() -> None:
        publish(beside, {"font.eot": "new"})
        for key in gone:
            bucket.client.delete_object(Bucket=bucket.name, Key=key)

    site.write({"app.js": "2"})
    at(server, "GetObject", "staticfiles.json", 2, another_deploys)
    run = site.collect()

    assert "2 of the objects that it needs had to be sent again" in run.stdout
    assert {*gone} < {*bucket.keys()}
    assert {**bucket.paths(), "app.js": ""} == {**paths, "app.js": ""}
