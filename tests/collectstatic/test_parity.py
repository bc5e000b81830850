"""After a run the bucket is what Django and django-storages would have left."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, STOCK_MANIFEST, STOCK_PLAIN, Site

BASE_CSS = """\
@charset "utf-8";
@import "theme/colours.css";
@import url(theme/type.css) screen;
/* url(../img/logo.png) */
body { background: url("../img/logo.png"); }
i { background: url('../img/sprite.svg#icon'); }
b { background: url(../img/logo.png?v=3); }
u { background: url(/static/img/logo.png) }
s { background: url(data:image/gif;base64,R0lGODlhAQABAAAAACw=) }
a { background: url(//other.example.com/a.png), url(https://example.com/b.png) }
p { background: url(/media/not-static.png), url(#in-the-page) }
q { background: url("../with space/a b.png"), url(../with%20space/a%20b.png) }
em { background: url("../signs/plus+plus.png"), url(../ünïcode/日本.png) }
/*# sourceMappingURL=base.css.map */
"""
TYPE_CSS = """\
@import "deeper/reset.css";
@font-face {
  src: url("../../fonts/icons.eot");
  src: url("../../fonts/icons.eot?#iefix") format("embedded-opentype"),
       url("../../fonts/icons.woff2?v=1.2") format("woff2"),
       url("../../fonts/icons.svg#icons") format("svg");
}
"""
MODULE_JS = """\
import { helper } from "./lib/helper.js";
import * as all from './lib/all.js';
import "./lib/effect.js";
// import "./lib/effect.js";
export { helper as default } from "./lib/helper.js";
const later = () => import("./lib/later.js");
"""
SOURCES: dict[str, str | bytes] = {
    "css/base.css": BASE_CSS,
    "css/base.css.map": '{"version": 3}',
    "css/theme/colours.css": ":root { --ink: #123 }\r\n",
    "css/theme/type.css": TYPE_CSS,
    "css/theme/deeper/reset.css": '@import "../colours.css";\n* { margin: 0 }\n',
    # A page of its own that is imported from deeper down: takes Django two passes.
    "top.css": "h1 { background: url(img/logo.png) }\n",
    "css/uses-top.css": '@import "../top.css";\n',
    # Each is read before the one that it imports: takes Django a pass for each.
    "chain/a.css": '@import "b.css";',
    "chain/b.css": '@import "c.css";',
    "chain/c.css": "@import '../img/../chain/d.css';",
    "chain/d.css": "d { background: url(../img/logo.png) }",
    "fonts/icons.eot": bytes(range(256)),
    "fonts/icons.svg": "<svg/>",
    "fonts/icons.woff2": b"wOF2" + bytes(range(255, -1, -1)),
    "img/logo.png": b"\x89PNG\r\n\x1a\n\0\0",
    "img/PHOTO.JPG": b"\xff\xd8\xff\xe0",
    "img/sprite.svg": '<svg><g id="icon"/></svg>',
    "img/drawing.svgz": b"\x1f\x8b\x08\0 not really",
    "js/app.js": "console.log(1)\n//# sourceMappingURL=app.js.map\n",
    "js/app.js.map": '{"version": 3, "sources": ["app.ts"]}',
    "js/module.mjs": "export default 1\n",
    "data/table.json": "{}",
    "data/archive.tar.gz": b"\x1f\x8b\x08",
    "page.html": '<img src="img/logo.png">',
    "LICENSE": "no extension",
    "empty.txt": "",
    "empty.css": "",
    "with space/a b.png": b"space",
    "signs/plus+plus.png": b"plus",
    "signs/100%.txt": "per cent",
    "signs/a%20b.txt": "an escape in the name itself",
    "signs/#1.txt": "hash",
    "signs/what?.txt": "question mark",
    'signs/it\'s & "that".txt': "quotes and ampersand",
    "ünïcode/日本.png": "日本".encode(),
    "app/static/in-location.css": "b { background: url(../../img/logo.png) }",
    "app/own.txt": "a",
    "assets/v1/own.txt": "b",
}
MODULES: dict[str, str | bytes] = {
    "js/app.js": MODULE_JS,
    "js/lib/helper.js": "import './all.js'\nexport const helper = 1\n",
    "js/lib/all.js": "export const one = 1\n",
    "js/lib/effect.js": "document.title = 'import \"./all.js\"'\n",
    "js/lib/later.js": 'export default `import "./all.js"`\n',
}
PROJECT: dict[str, str | bytes] = {
    "css/base.css": '@import "deep/font.css"; b { background: url(../img/logo.png) }',
    "css/deep/font.css": "i { src: url(../../font.woff) }",
    "font.woff": b"wOFF",
    "img/logo.png": b"PNG",
    "page.html": '<img src="img/logo.png">',
    "assets/v1/own.txt": "in a folder named as the location",
    "LICENSE": "no extension",
}
PARAMETERS: dict[str, Any] = {
    "object_parameters": {
        "CacheControl": "max-age=86400, public",
        "Metadata": {"release": "7"},
    },
}


# django-storages leaves the file that it compressed into to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning"
)


@pytest.fixture
def stock(server: S3Server) -> Bucket:
    return Bucket(server.url, "stock")


@pytest.mark.parametrize(
    ("ours", "theirs", "options"),
    [
        (MANIFEST, STOCK_MANIFEST, {}),
        (MANIFEST, STOCK_MANIFEST, {"gzip": True, "custom_domain": None} | PARAMETERS),
        (MANIFEST, STOCK_MANIFEST, {"location": "app/static"} | PARAMETERS),
        (MANIFEST, STOCK_MANIFEST, {"location": "app/static", "gzip": True}),
        (PLAIN, STOCK_PLAIN, {"gzip": True} | PARAMETERS),
        (PLAIN, STOCK_PLAIN, {"location": "app/static"}),
    ],
    ids=[
        "manifest-root",
        "manifest-root-gzip-parameters",
        "manifest-location-parameters",
        "manifest-location-gzip",
        "plain-root-gzip-parameters",
        "plain-location",
    ],
)
def test_bucket_is_as_stock_leaves_it(
    site: Site,
    bucket: Bucket,
    stock: Bucket,
    ours: str,
    theirs: str,
    options: dict[str, Any],
) -> None:
    site.write(SOURCES)

    site.collect(backend=ours, **options)
    site.collect(backend=theirs, bucket_name=stock.name, **options)

    assert bucket.objects() == stock.objects()
    # And a project that changes from stock to ours sends nothing again.
    run = site.collect(backend=ours, bucket_name=stock.name, **options)
    assert run.requests.keys() == []


@pytest.mark.parametrize(
    ("ours", "theirs", "sources"),
    [
        ("tests.sites.storages.Modules", "tests.sites.storages.StockModules", MODULES),
        ("tests.sites.storages.Project", "tests.sites.storages.StockProject", PROJECT),
    ],
    ids=["modules", "project"],
)
def test_overrides_of_a_project_are_kept(
    site: Site,
    bucket: Bucket,
    stock: Bucket,
    ours: str,
    theirs: str,
    sources: dict[str, str | bytes],
) -> None:
    site.write(sources)

    site.collect(backend=ours)
    site.collect(backend=theirs, bucket_name=stock.name)

    assert bucket.objects() == stock.objects()
    assert bucket.grants() == stock.grants()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"default_acl": "public-read"},
        {
            "default_acl": "public-read",
            "object_parameters": {"ACL": "authenticated-read"},
        },
    ],
    ids=str,
)
def test_access_is_as_stock_grants_it(
    site: Site, bucket: Bucket, stock: Bucket, options: dict[str, Any]
) -> None:
    site.write(PROJECT)

    site.collect(backend=PLAIN, **options)
    site.collect(backend=STOCK_PLAIN, bucket_name=stock.name, **options)

    assert bucket.grants() == stock.grants()


def test_large_files(site: Site, bucket: Bucket, stock: Bucket) -> None:
    film = random.Random(0).randbytes(2**20) * 20
    site.write({"film.mp4": film, "map.svg": "<path/>\n" * 2**20})

    site.collect(gzip=True)
    site.collect(backend=STOCK_MANIFEST, bucket_name=stock.name, gzip=True)

    assert bucket.objects() == stock.objects()
    run = site.collect(bucket_name=stock.name, gzip=True)
    assert run.requests.keys() == []


def test_second_release_leaves_what_stock_leaves(
    site: Site, bucket: Bucket, stock: Bucket
) -> None:
    site.write(PROJECT)
    site.collect()
    site.collect(backend=STOCK_MANIFEST, bucket_name=stock.name)
    site.write({"css/deep/font.css": "a{}", "new.js": "1", "img/logo.png": b"new"})
    site.remove("LICENSE")
    # Stock believes a file to be unchanged if it is not younger than the object.
    site.date(seconds_from_now=60)

    site.collect()
    site.collect(backend=STOCK_MANIFEST, bucket_name=stock.name)

    assert bucket.objects() == stock.objects()
    assert "LICENSE" in bucket.objects()
