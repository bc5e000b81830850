"""A project's own way of hashing and of naming what was hashed."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.core.files.base import ContentFile, File
from django.core.management import call_command
from django.test import override_settings
from django_manifeststaticfiles_enhanced.storage import (
    EnhancedManifestFilesMixin,
    EnhancedManifestStaticFilesStorage,
)
from storages.backends.s3 import S3StaticStorage

from faststatic_storages import PreloadMetadataMixin, TwoPassManifestStorage
from tests.ids import stable_id
from tests.overrides.pair import CHANGED, WHERE, Pair
from tests.overrides.storages import Parent, composed

SOURCES = {
    "css/top.css": (
        '@import "deep/more.css"; a { background: url(../Logo.PNG) } '
        "/* url(../Logo.PNG) */"
    ),
    "css/deep/more.css": "i { background: url(../../logo.png) }",
    "Logo.PNG": "large",
    "page.html": '<img src="logo.png">',
}


class HashedNameOfTwo(Parent):
    def hashed_name(self, name: str, content: Any = None) -> Any:
        return super().hashed_name(name, content)


class HashedNameWithMore(Parent):
    """Let what is missing pass under its own name."""

    def hashed_name(self, name: str, content: Any = None, **kwargs: Any) -> Any:
        try:
            return super().hashed_name(name, content, **kwargs)
        except ValueError:
            return name


class HashedNameInAFolder(Parent):
    def hashed_name(self, *args: Any) -> str:
        return f"hashed/{super().hashed_name(*args)}"


class FileHashOfTwo(Parent):
    def file_hash(self, name: str | None, content: Any) -> str:
        digest = hashlib.sha256(content.read())
        content.seek(0)
        return digest.hexdigest()[:10]


class FileHashOfNothing(Parent):
    """Some files keep their names."""

    def file_hash(self, name: str | None, content: Any = None) -> Any:
        if name is not None and name.endswith(".html"):
            return None
        return super().file_hash(name, content)


class FileHashWithRelease(Parent):
    def file_hash(self, *args: Any, **kwargs: Any) -> str:
        return f"r7-{super().file_hash(*args, **kwargs)}"


class HashKeyInLowerCase(Parent):
    def hash_key(self, name: str) -> Any:
        return super().hash_key(name).lower()


class CleanNameOfOne(Parent):
    def clean_name(self, name: str) -> Any:
        return super().clean_name(name).replace("//", "/")


class StoredNameOrItself(Parent):
    def stored_name(self, name: str) -> Any:
        try:
            return super().stored_name(name)
        except ValueError:
            return name


class OwnPatterns(Parent):
    patterns = (
        *ManifestFilesMixin.patterns,
        ("*.html", ((r"""(?P<matched>src="(?P<url>.*?)")""", 'src="%(url)s"'),)),
    )


class OwnPatternsOnly(Parent):
    patterns = (("*.html", (r"""(?P<matched>src="(?P<url>[^"]*)")""",)),)


class ConverterOfThree(Parent):
    def url_converter(
        self, name: str, hashed_files: Any, template: Any = None, *ignored: Any
    ) -> Any:
        convert = super().url_converter(name, hashed_files, template, *ignored)
        return lambda match: f"/* {name} */ {convert(match)}"


class UrlConverterThatLooks(Parent):
    """Ask url() for what Django asks it for, while Django is hashing."""

    def url_converter(self, *args: Any, **kwargs: Any) -> Any:
        convert = super().url_converter(*args, **kwargs)
        url = super().url("logo.png") if self.hashed_files else "none yet"
        return lambda match: f"/* {url} */ {convert(match)}"


class IgnoredBlocksInAList(Parent):
    """Add to what Django ignores in a file, which is a list."""

    def is_in_ignored_block(self, pos: int, ignored_blocks: Any) -> Any:
        ignored_blocks.append((pos, pos + 1))
        return super().is_in_ignored_block(pos, ignored_blocks)


class KeepsIntermediates(Parent):
    keep_intermediate_files = True


class Lenient(Parent):
    manifest_strict = False


@pytest.fixture
def pair(pair: Pair) -> Pair:
    pair.site.write(SOURCES)
    return pair


@WHERE
@pytest.mark.parametrize(
    "override",
    [
        CleanNameOfOne,
        ConverterOfThree,
        FileHashOfNothing,
        FileHashOfTwo,
        FileHashWithRelease,
        HashKeyInLowerCase,
        HashedNameInAFolder,
        HashedNameOfTwo,
        HashedNameWithMore,
        IgnoredBlocksInAList,
        KeepsIntermediates,
        Lenient,
        OwnPatterns,
        OwnPatternsOnly,
        StoredNameOrItself,
        UrlConverterThatLooks,
    ],
)
def test_override_of_hashing_is_honoured(pair: Pair, override: Any, where: str) -> None:
    for changes in ({}, CHANGED):
        pair.site.write(changes)
        pair.collect(override=override, where=where)

        assert pair.bucket.objects() == pair.stock.objects()

    ours = pair.site.storage(composed(override, where))
    stock = pair.site.storage(composed(override, "stock"), bucket_name=pair.stock.name)
    for name in ("css/top.css", "Logo.PNG", "page.html"):
        assert ours.url(name) == stock.url(name)


@WHERE
def test_missing_file_is_as_the_override_wants_it(pair: Pair, where: str) -> None:
    pair.site.write({"css/top.css": "i { background: url(missing.png) }"})

    pair.collect(override=HashedNameWithMore, where=where)

    assert pair.bucket.objects() == pair.stock.objects()


@WHERE
def test_missing_entry_is_as_the_override_wants_it(pair: Pair, where: str) -> None:
    pair.site.collect(backend=composed(StoredNameOrItself, where))

    storage = pair.site.storage(composed(StoredNameOrItself, where))

    assert storage.url("none.png") == "https://static.example.com/none.png"


class Narrow(Parent):
    """Takes note of what it is called with, in the place of doing it."""

    called: list[tuple[str, tuple[Any, ...], dict[str, Any]]]

    def _note(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.called.append((method, args, kwargs))

    def hashed_name(self, *args: Any, **kwargs: Any) -> str:
        self._note("hashed_name", args, kwargs)
        return "app.1.js"

    def file_hash(self, *args: Any, **kwargs: Any) -> str:
        self._note("file_hash", args, kwargs)
        return "1"

    def stored_name(self, *args: Any, **kwargs: Any) -> str:
        self._note("stored_name", args, kwargs)
        return "app.1.js"

    def url_converter(self, *args: Any, **kwargs: Any) -> Any:
        self._note("url_converter", args, kwargs)

    def url(self, *args: Any, **kwargs: Any) -> str:
        self._note("url", args, kwargs)
        return "/app.1.js"

    def _open(self, *args: Any, **kwargs: Any) -> File[Any]:
        self._note("_open", args, kwargs)
        return File(BytesIO(b'{"version": "1.1", "paths": {}}'))


CONTENT = ContentFile(b"1")
CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("hashed_name", ("app.js",), {}),
    ("hashed_name", ("app.js", CONTENT), {}),
    ("hashed_name", ("app.js",), {"content": CONTENT}),
    ("hashed_name", ("app.js",), {"content": None, "filename": "other.js"}),
    ("hashed_name", ("app.js", CONTENT), {"release": 7}),
    ("file_hash", ("app.js",), {}),
    ("file_hash", (None, CONTENT), {}),
    ("file_hash", ("app.js",), {"content": CONTENT, "release": 7}),
    ("stored_name", ("app.js",), {}),
    ("url_converter", ("app.css", {}), {}),
    ("url_converter", ("app.css", {}, "url(%(url)s)"), {"more": 7}),
    ("url", ("app.js",), {}),
    ("url", ("app.js",), {"force": True}),
    ("_open", ("app.js",), {}),
    ("_open", ("app.js", "rb"), {}),
    ("_open", ("app.js",), {"mode": "rb"}),
]


@pytest.mark.parametrize("in_a_run", [False, True], ids=["outside", "in-a-run"])
@pytest.mark.parametrize(("method", "args", "kwargs"), CALLS, ids=stable_id)
def test_arguments_go_on_as_they_came(
    pair: Pair,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    in_a_run: bool,
) -> None:
    monkeypatch.setattr(Narrow, "called", [], raising=False)
    storage = pair.site.storage(composed(Narrow, "below"))
    Narrow.called.clear()

    if in_a_run:
        with storage.staged():
            getattr(storage, method)(*args, **kwargs)
    else:
        getattr(storage, method)(*args, **kwargs)

    # A run may read the manifest as well.
    called = [call for call in Narrow.called if "staticfiles.json" not in call[1]]
    assert called == [(method, args, kwargs)]


MODULES = {
    "css/site.css": '@import "base.css"; b { background: url("../img/dot.svg#a") }'
    ' /* url("none.png") */',
    "css/base.css": "p { color: red }",
    "img/dot.svg": "<svg/>",
    "js/main.js": 'import { a } from "./part.js";\nlet s = \'import "./none.js"\';\n'
    "//# sourceMappingURL=main.js.map\n",
    "js/part.js": "export const a = 1;\n",
    "js/main.js.map": "{}",
}


class Enhanced(EnhancedManifestStaticFilesStorage):
    """The package's own, which writes to disk."""

    support_js_module_import_aggregation = True


class EnhancedInBucket(
    TwoPassManifestStorage,
    PreloadMetadataMixin,
    EnhancedManifestFilesMixin,
    S3StaticStorage,
):
    support_js_module_import_aggregation = True


@pytest.mark.parametrize(("own", "in_bucket"), [(Enhanced, EnhancedInBucket)])
def test_enhanced_manifest_files_are_as_that_package_makes_them(
    pair: Pair, tmp_path: Path, own: Any, in_bucket: Any
) -> None:
    pair.site.write(MODULES)
    root = tmp_path / "root"
    settings = pair.site.settings(f"{__name__}.{own.__name__}")
    settings["STORAGES"]["staticfiles"].pop("OPTIONS")
    with override_settings(**settings, STATIC_ROOT=str(root)):
        call_command("collectstatic", "--noinput", verbosity=0)
    expected = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }

    backend = f"{__name__}.{in_bucket.__name__}"
    pair.site.collect(backend=backend)
    found = {key: stored.body for key, stored in pair.bucket.objects().items()}
    assert found == expected

    again = pair.site.collect(backend=backend)
    assert again.requests.keys() == []
    assert pair.site.storage(backend).url("js/main.js").count(".") == 4
