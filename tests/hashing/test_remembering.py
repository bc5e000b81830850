"""What is not hashed again comes to what hashing anew comes to."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from faststatic_storages import PreloadMetadataMixin, TwoPassManifestStorage
from faststatic_storages.hashing import remembering
from faststatic_storages.providers.generic import GenericProvider
from tests.sites.site import POST_PROCESS_ERRORS

NAMES = ["a.css", "b.css", "d/c.css", "d/e.css", "f.js", "d/g.js", "h.js"]
IMAGES = ["i.png", "d/j.svg", "k.eot", "f.js.map"]
TEMPLATES = {
    "css": ["url({})", "url('{}?#iefix')", '@import "{}";', "/* url({}) */"],
    "js": ["\n//# sourceMappingURL={}\n", 'import "./{}";\n', "text {}\n"],
}
# Classes that are refused nothing, and one that Django lets go no further.
OPTIONS: list[dict[str, Any]] = [
    *({},) * 8,
    {"support_js_module_import_aggregation": True},
    {"support_js_module_import_aggregation": True, "max_post_process_passes": 3},
    {"sourcemap_strict": False},
    {"sourcemap_strict": False},
    {"prehashed": ["h*.js"]},
    {"keep_intermediate_files": True},
    {"manifest_integrity": True},
    {"keep_original_files": False},
]


class PlainProvider(GenericProvider):
    def is_plain_url(self, url: Any) -> bool:
        return True


class Remembers(TwoPassManifestStorage, PreloadMetadataMixin, StaticFilesStorage):
    provider_class = PlainProvider
    options: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        vars(self).update(self.options)
        super().__init__()


class HashesAnew(Remembers):
    ledger = False


@pytest.fixture(autouse=True)
def _small_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "FEWEST_FILES", 1)


class Twins:
    """One site, and two places that it is deployed to."""

    def __init__(self, directory: Path) -> None:
        self.sources = directory / "sources"
        self.sources.mkdir()
        self.roots: dict[type[Remembers], Path] = {
            kind: directory / kind.__name__ for kind in (Remembers, HashesAnew)
        }

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.sources / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def deploy(self, *arguments: str, **options: Any) -> list[str]:
        """Deploy to both, and return what the command has printed or raised."""
        Remembers.options = options
        told = {kind: self._deployed(kind, arguments) for kind in self.roots}
        assert told[Remembers] == told[HashesAnew]
        assert self.stored(Remembers) == self.stored(HashesAnew)
        return told[Remembers]

    def _deployed(self, kind: type[Remembers], arguments: tuple[str, ...]) -> list[str]:
        out = StringIO()
        with self.settings(kind):
            try:
                call_command(
                    "collectstatic",
                    "--noinput",
                    "-v3",
                    *arguments,
                    stdout=out,
                    stderr=out,
                )
            except POST_PROCESS_ERRORS as error:
                notes = getattr(error, "__notes__", ())
                out.write("\n".join([str(error), *notes]))
        return comparable(out.getvalue())

    def settings(self, kind: type[Remembers]) -> override_settings:
        backend = f"{kind.__module__}.{kind.__qualname__}"
        return override_settings(
            INSTALLED_APPS=["django.contrib.staticfiles"],
            STATIC_URL="/static/",
            STATIC_ROOT=str(self.roots[kind]),
            STATICFILES_DIRS=[str(self.sources)],
            STORAGES={"staticfiles": {"BACKEND": backend}},
        )

    def stored(self, kind: type[Remembers]) -> dict[str, bytes]:
        root = self.roots[kind]
        return {
            str(path.relative_to(root)): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file() and path.name != "faststatic.ledger"
        }

    def damage(self, name: str, text: str | None) -> None:
        """Delete or overwrite in both places."""
        for root in self.roots.values():
            if text is None:
                (root / name).unlink()
            else:
                (root / name).write_text(text)


def comparable(printed: str) -> list[str]:
    """
    Return the lines without times, places, and the ledger that only one has.

    In which order objects are sent does not count.
    """
    text = re.sub(
        r"[\d.]+ s\b|Listed \d+|<.*?>|[^' ]*/(Remembers|HashesAnew)\b", "", printed
    )
    lines = re.sub(r"\b(Remembers|HashesAnew)\b", "", text).splitlines()
    return sorted(lines, key=lambda line: line if line.startswith("Uploaded") else "")


@pytest.fixture
def twins(tmp_path: Path) -> Twins:
    return Twins(tmp_path)


class Editor:
    """Somebody who edits a site at random."""

    def __init__(self, twins: Twins, seed: int) -> None:
        self.twins = twins
        self.random = random.Random(seed)

    def text(self, name: str) -> str:
        """Return one with references, most of them to what is there."""
        present = [path for path in (*NAMES, *IMAGES) if self.path(path).exists()]
        # Files refer to those before them, or there would be circles all the time.
        earlier = [one for one in present if one < name or one in IMAGES]
        templates = TEMPLATES.get(name.rpartition(".")[2], ["{}"])
        depth = "../" * name.count("/")
        references = [
            self.random.choice(templates).format(depth + self.random.choice(targets))
            for targets in [earlier] * self.random.choice((0, 0, 1, 1, 2))
            if targets
        ]
        if self.random.random() < 0.02:
            references.append(templates[0].format(depth + self.random.choice(NAMES)))
        return "".join([f"{self.random.random()}\n", *references])

    def path(self, name: str) -> Path:
        return self.twins.sources / name

    def edit(self) -> None:
        name = self.random.choice([*NAMES, *IMAGES])
        if self.path(name).exists() and self.random.random() < 0.15:
            self.path(name).unlink()
        else:
            self.twins.write({name: self.text(name)})

    def damage(self) -> None:
        stored = sorted(self.twins.stored(Remembers))
        for name in self.random.sample(stored, min(1, len(stored))):
            self.twins.damage(name, self.random.choice([None, "{}", "damaged"]))


@pytest.mark.parametrize("seed", range(4))
def test_deploys_after_random_edits_are_those_that_hash_anew(
    twins: Twins, seed: int
) -> None:
    editor = Editor(twins, seed)
    for _ in range(8):
        editor.edit()
    for _ in range(25):
        options = editor.random.choice(OPTIONS)
        twins.deploy(**options)
        for _ in range(editor.random.choice((0, 1, 1, 2, 4))):
            editor.edit()
        if editor.random.random() < 0.2:
            editor.damage()
        if editor.random.random() < 0.2:
            twins.deploy(
                editor.random.choice(["--clear", "--dry-run", "--no-post-process"]),
                **options,
            )


def test_site_that_django_gives_up_on_is_given_up(twins: Twins) -> None:
    """The deepest files come first, so that each settles a pass after the next."""
    twins.write({"c.css": "url(i.png)", "i.png": "PNG"})
    twins.deploy(max_post_process_passes=2)

    two_more = {"d/b.css": '@import "../c.css";', "d/e/a.css": '@import "../b.css";'}
    twins.write(two_more)
    assert gives_up(twins.deploy(max_post_process_passes=2))

    (twins.sources / "d/e/a.css").unlink()
    assert not gives_up(twins.deploy(max_post_process_passes=2))
    twins.write(two_more)
    assert gives_up(twins.deploy(max_post_process_passes=2))
    assert not gives_up(twins.deploy(max_post_process_passes=3))


def gives_up(told: list[str]) -> bool:
    return any("Max post-process passes exceeded." in line for line in told)


def test_missing_source_map_is_told_each_time(twins: Twins) -> None:
    twins.write({"f.js": "1\n//# sourceMappingURL=f.js.map\n"})
    for _ in range(2):
        told = twins.deploy(sourcemap_strict=False)
        assert any("names the source map 'f.js.map'" in line for line in told)

    twins.write({"f.js.map": "{}"})
    twins.deploy(sourcemap_strict=False)


def test_reference_that_was_missing_is_told_again(twins: Twins) -> None:
    """A script of the project's has published all the same."""
    twins.write({"a.css": "url(missing.png)"})
    sources = FileSystemStorage(twins.sources)
    Remembers.options = {}
    for kind in twins.roots:
        with twins.settings(kind):
            results = [*kind().post_process({"a.css": (sources, "a.css")})]
            assert isinstance(results[0][2], ValueError)

    assert any("'missing.png' could not be found" in line for line in twins.deploy())


def test_source_under_a_hashed_name_is_overwritten(twins: Twins) -> None:
    twins.write({"a.css": "url(i.png)", "i.png": "PNG"})
    twins.deploy()
    (hashed_name,) = (
        name for name in twins.stored(Remembers) if re.match(r"a\..{12}\.css", name)
    )

    twins.write({hashed_name: "other"})
    twins.deploy()

    assert b"url(" in twins.stored(Remembers)[hashed_name]


def test_what_may_depend_on_urls_is_hashed(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Remembers, "provider_class", GenericProvider)
    twins.write({"a.css": "url(i.png)", "b.css": "{}", "f.js": "1", "i.png": "PNG"})
    twins.deploy()

    ledger = (twins.roots[Remembers] / "faststatic.ledger").read_bytes()
    assert [*json.loads(gzip.decompress(ledger))["hashed"]["files"]] == ["f.js"]
    twins.deploy()


def test_source_that_is_none_is_left_to_django(twins: Twins) -> None:
    twins.write({"i.png": "PNG"})
    twins.deploy()
    with twins.settings(Remembers):
        storage = Remembers()
        (result,) = storage.post_process({"i.png": (storage, "i.png")})
        assert result == ("i.png", storage.hashed_files["i.png"], False)

        gone = FileSystemStorage(twins.roots[Remembers] / "gone")
        with pytest.raises(CommandError, match=r"i\.png"):
            [*storage.post_process({"i.png": (gone, "i.png")})]
