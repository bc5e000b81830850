"""Hashing that leaves repeated work out comes to what Django's comes to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.staticfiles.storage import (
    ManifestStaticFilesStorage,
    StaticFilesStorage,
)
from django.core.files.storage import FileSystemStorage
from django.test import override_settings
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from faststatic_storages import PreloadMetadataMixin, TwoPassManifestStorage
from faststatic_storages.hashing.adjustable import PIECE_SIZE
from faststatic_storages.run.sources import MAX_SIZE_READ_AT_ONCE

NAMES = ["a.css", "d/b.css", "d/c.css", "d/e/f.css", "g.js", "d/h.js", "i.png", "j.svg"]
TARGETS = [*NAMES, "missing.png", "", " ", "d", "d/"]
TEMPLATES = [
    "url({})",
    'url("{}")',
    "url('{}?#iefix')",
    "url({}#fragment)",
    '@import "{}";',
    "/* url({}) */",
    'content: "url({})";',
    "\n/*# sourceMappingURL={} */\n",
    "\n//# sourceMappingURL={}\n",
    'import {{ x }} from "./{}";\n',
    'export * from "./{}";\n',
    'import "./{}";\n',
    'import("./{}")\n',
    '// import "./{}"\n',
    "`${{{}}} url(x)`",
    "text {}\n",
    "\u2028 sourceMappingURL={} \u00e9\n",
    "\udce9{}\n",
]


# django-stubs give url() two signatures.
class Ours(TwoPassManifestStorage, PreloadMetadataMixin, StaticFilesStorage):
    pass


class DjangoSWithModules(ManifestStaticFilesStorage):
    support_js_module_import_aggregation = True


class OursWithModules(Ours):
    support_js_module_import_aggregation = True


@st.composite
def sites(draw: st.DrawFn) -> dict[str, str]:
    """Return files by name, of which some refer to others, in circles too."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    site = {}
    for name in names:
        references = draw(
            st.lists(
                st.tuples(st.sampled_from(TEMPLATES), st.sampled_from(TARGETS)),
                max_size=4,
            )
        )
        depth = name.count("/")
        site[name] = f"{draw(st.integers(0, 2))}\n" + "".join(
            template.format("../" * depth + target) for template, target in references
        )
    return site


def encoded(text: str) -> bytes:
    """Return UTF-8, and of ``\\udc80`` to ``\\udcff`` a byte that is wrong there."""
    return text.encode("utf-8", "surrogateescape")


@contextmanager
def written(site: Mapping[str, str]) -> Iterator[Path]:
    with TemporaryDirectory() as directory:
        for name, text in site.items():
            path = Path(directory, "sources", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(encoded(text))
        yield Path(directory)


def processed(storage: Any, sources: Path, names: list[str]) -> Any:
    """Return all that ``post_process()`` tells, with errors as text."""
    source_storage = FileSystemStorage(sources)
    paths = {name: (source_storage, name) for name in names}
    results = []
    failure = None
    for name, hashed_name, outcome in storage.post_process(paths):
        if isinstance(outcome, Exception):
            failure = outcome
            text = re.sub(r" with <.*", "", str(outcome), flags=re.DOTALL)
            outcome = type(outcome), text, getattr(outcome, "__notes__", None)
        results.append((name, hashed_name, outcome))
        if isinstance(failure, UnicodeDecodeError):
            # The command stops here; Django would go on with another file's text.
            break
    return results


def stored(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def compare(site: Mapping[str, str], django_class: Any, our_class: Any) -> None:
    with written(site) as directory, override_settings(STATIC_URL="/static/"):
        for kind in ("django", "ours"):
            for name, text in site.items():
                path = directory / kind / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(encoded(text))
        names = list(site)
        django_s = django_class(directory / "django", "/static/")
        ours = our_class(directory / "ours", "/static/")

        expected = processed(django_s, directory / "sources", names)
        actual = processed(ours, directory / "sources", names)

        assert actual == expected
        assert ours.hashed_files == django_s.hashed_files
        assert ours.manifest_hash == django_s.manifest_hash
        # Names of a pass in between, which only a circle leaves: the files are
        # rewritten until Django gives up.
        if not any(isinstance(outcome, tuple) for *_, outcome in expected):
            assert stored(directory / "ours") == stored(directory / "django")


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(sites())
@example({"a.css": "url(d/b.css)", "d/b.css": "url(c.css)", "d/c.css": "url(../a.css)"})
@example(
    {"a.css": '@import "d/b.css";', "d/b.css": '@import "e/f.css";', "d/e/f.css": ""}
)
@example({"a.css": "url(a.css)"})
@example({"g.js": "wrong \udce9"})
@example({"g.js": "cut off \udcc3"})
@example({"g.js": f"{'x' * (PIECE_SIZE - 1)}\u00e9"})
@example({"g.js": "\u00e9" * PIECE_SIZE + "\n//# sourceMappingURL=i.png", "i.png": ""})
@example({"g.js": "x" * (MAX_SIZE_READ_AT_ONCE + 1)})
def test_result_equals_django_s(site: dict[str, str]) -> None:
    compare(site, ManifestStaticFilesStorage, Ours)
    compare(site, DjangoSWithModules, OursWithModules)
