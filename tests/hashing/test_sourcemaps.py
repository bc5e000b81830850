"""``sourcemap_strict=False``: a source map that is missing is a warning."""

from __future__ import annotations

import pytest

from tests.sites.bucket import Bucket
from tests.sites.site import POST_PROCESS_ERRORS, Site

SOURCES = {
    "vendor.js": "let x = 1;\n//# sourceMappingURL=missing.js.map\n",
    "vendor.css": "b { background: url(a.png) }\n/*# sourceMappingURL=gone.css.map */",
    "a.png": "PNG",
    "app.js": "let y = 1;\n//# sourceMappingURL=app.js.map\n",
    "app.js.map": "{}",
}


def test_missing_source_map_is_a_warning(site: Site, bucket: Bucket) -> None:
    site.write(SOURCES)

    run = site.collect(sourcemap_strict=False)

    warnings = {line for line in run.lines if line.startswith("Warning: ")}
    assert len(warnings) == 2
    assert any(
        "'vendor.js' names the source map 'missing.js.map'" in w for w in warnings
    )
    assert any(
        "'vendor.css' names the source map 'gone.css.map'" in w for w in warnings
    )
    assert sum("source map" in line for line in run.lines) == 2
    paths = bucket.paths()
    assert bucket.get(paths["vendor.js"]).body == SOURCES["vendor.js"].encode()
    css = bucket.get(paths["vendor.css"]).body.decode()
    assert paths["a.png"] in css
    assert css.endswith("/*# sourceMappingURL=gone.css.map */")
    assert paths["app.js.map"].encode() in bucket.get(paths["app.js"]).body


def test_file_that_is_rewritten_again_warns_once(site: Site) -> None:
    site.write(
        {
            "a.css": '@import "b.css";\n/*# sourceMappingURL=gone.css.map */',
            "b.css": "b { background: url(b.png) }",
            "b.png": "PNG",
        }
    )

    run = site.collect(sourcemap_strict=False)

    assert sum("gone.css.map" in line for line in run.lines) == 1


def test_other_files_may_not_be_missing(site: Site) -> None:
    site.write({"vendor.css": "b { background: url(gone.png) }"})

    with pytest.raises(POST_PROCESS_ERRORS, match=r"gone\.png"):
        site.collect(sourcemap_strict=False)


def test_missing_source_map_is_an_error_as_in_django(
    site: Site, bucket: Bucket
) -> None:
    site.write(SOURCES)

    with pytest.raises(POST_PROCESS_ERRORS, match=r"missing\.js\.map|gone\.css\.map"):
        site.collect()

    assert bucket.keys() == []


def test_nothing_missing_is_as_without(site: Site, bucket: Bucket) -> None:
    site.write({name: SOURCES[name] for name in ("app.js", "app.js.map", "a.png")})
    site.collect()

    assert site.collect(sourcemap_strict=False).requests.keys() == []
