"""What a bundler has hashed keeps its name and its bytes."""

from __future__ import annotations

from typing import Any

import pytest

from faststatic_storages.backends.s3 import S3ManifestStaticStorage
from tests.run.test_headers import IMMUTABLE
from tests.sites.bucket import Bucket
from tests.sites.site import POST_PROCESS_ERRORS, Site

SOURCES = {
    "assets/index-B3xk29aZ.js": "import './chunk-Dq81hTfa.js';\n",
    "assets/chunk-Dq81hTfa.js": "let x = 1;\n//# sourceMappingURL=chunk.js.map\n",
    "assets/chunk.js.map": "{}",
    "assets/style-Dq81hTfa.css": "b { background: url(../logo.png) }",
    "assets/font-Aa81hTfa.woff2": "wOF2",
    "app.css": '@import "assets/style-Dq81hTfa.css";',
    "logo.png": "PNG",
}
BUILT = {name for name in SOURCES if name.startswith("assets/")}


class Built(S3ManifestStaticStorage):
    """The same as a method of the class."""

    def prehashed(self, name: str) -> bool:
        return name.startswith("assets/")


class BuiltAndConverting(Built):
    """With a method of Django's overridden, so that nothing of its work is spared."""

    def url_converter(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return super().url_converter(name, *args, **kwargs)


def is_built(name: str) -> bool:
    return name.startswith("assets/")


@pytest.mark.parametrize(
    "options",
    [
        {"prehashed": ["*.never", "assets/*"]},
        {"prehashed": is_built},
        {"prehashed": "tests.hashing.test_prehashed.is_built"},
        {"backend": "tests.hashing.test_prehashed.Built"},
        {"backend": "tests.hashing.test_prehashed.BuiltAndConverting"},
    ],
    ids=["patterns", "function", "path", "method", "overridden"],
)
@pytest.mark.parametrize("location", ["", "static"])
def test_names_and_bytes_stay(
    site: Site, bucket: Bucket, options: dict[str, Any], location: str
) -> None:
    site.write(SOURCES)
    options = {**options, "support_js_module_import_aggregation": True}

    site.collect(location=location, **options)

    prefix = location and f"{location}/"
    paths = bucket.paths(f"{prefix}staticfiles.json")
    assert {name for name in paths if paths[name] == name} == BUILT
    assert len(bucket.keys()) == len(SOURCES) + 2 + 1
    for name in BUILT:
        assert bucket.get(f"{prefix}{name}").body == SOURCES[name].encode()
    app = bucket.get(f"{prefix}{paths['app.css']}")
    assert app.body == b'@import url("assets/style-Dq81hTfa.css");'
    assert site.collect(location=location, **options).requests.keys() == []
    web = site.storage(location=location, **options)
    assert web.url("app.css").endswith(paths["app.css"])
    assert web.url("assets/chunk.js.map").endswith("/assets/chunk.js.map")


def test_they_are_immutable(site: Site, bucket: Bucket) -> None:
    site.headers_of_stock = False
    site.write(SOURCES)

    site.collect(prehashed=["assets/*"], location="static")

    assert {bucket.get(f"static/{n}").cache_control for n in BUILT} == {IMMUTABLE}
    assert bucket.get("static/logo.png").cache_control is None


def test_reference_to_one_that_is_missing(site: Site) -> None:
    site.write({"app.css": '@import "assets/gone-Dq81hTfa.css";'})

    with pytest.raises(POST_PROCESS_ERRORS, match="gone-Dq81hTfa"):
        site.collect(prehashed=["assets/*"])
