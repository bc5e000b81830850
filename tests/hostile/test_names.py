"""Names that few have thought of: Django's own outcome, or an error that names them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from tests.hostile.figures import Figures
from tests.hostile.looking import look
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, STOCK_MANIFEST, Site

FOLDERS = "/".join(["f" * 200] * 4) + "/"
HASH_AND_DOT = 13


def long_name(size: int) -> str:
    return FOLDERS + "n" * (size - len(FOLDERS) - len(".txt")) + ".txt"


NAMES = {
    "1024 bytes": long_name(1024 - HASH_AND_DOT),
    "1024 bytes of UTF-8": FOLDERS + "\u00e9" * 97 + ".txt",
    "a control character": "a\x01b.css",
    "an escape": "a\x1b[31mb.js",
    "a tab": "a\tb.txt",
    "a deletion": "a\x7fb.txt",
    "no character": "a\ufffeb.txt",
    "spaces at its ends": " a .txt ",
    "percent": "100%25.txt",
    "dots": "...txt",
}


@pytest.mark.parametrize("name", NAMES)
def test_odd_name(
    site: Site, bucket: Bucket, server: S3Server, figures: Figures, name: str
) -> None:
    site.write({NAMES[name]: "1", "ok.txt": "2"})
    site.collect(backend=STOCK_MANIFEST)
    stock_s = bucket.objects()
    server.reset()
    emptied = Bucket(server.url, "bucket")

    site.collect(backend=MANIFEST)
    again = site.collect(backend=MANIFEST)

    figures.add(runs=2)
    ours = emptied.objects()
    assert ours.keys() == stock_s.keys()
    assert {key: one.body for key, one in ours.items()} == {
        key: one.body for key, one in stock_s.items()
    }
    assert again.requests.keys() == []
    assert look(emptied, figures).is_whole


def test_name_that_is_no_text(site: Site, bucket: Bucket, figures: Figures) -> None:
    site.write({os.fsdecode(b"caf\xe9.txt"): "1"})

    with pytest.raises(CommandError) as failure:
        site.collect()

    figures.add()
    assert r"'caf\udce9" in str(failure.value)
    assert "Rename the file" in str(failure.value)
    assert "staticfiles.json" not in set(bucket.keys())


def test_name_that_is_too_long(site: Site, server: S3Server, figures: Figures) -> None:
    site.write({"a.txt": "1"})
    server.fail("PutObject", status=400, code="KeyTooLongError")

    with pytest.raises(CommandError, match=r"a\.txt: 400(.|\n)*at most 1,024 bytes"):
        site.collect()

    figures.add()


LOOPS = {
    "to itself": ("loop.txt", "loop.txt"),
    "to the folder above": ("folder/up", ".."),
    "to nothing": ("loop.txt", "gone.txt"),
}


@pytest.mark.parametrize("loop", LOOPS)
def test_symbolic_links_that_lead_nowhere(
    site: Site, bucket: Bucket, figures: Figures, loop: str
) -> None:
    name, target = LOOPS[loop]
    site.write({"folder/a.css": "b { background: url(../b.png) }", "b.png": ""})
    (site.sources / name).symlink_to(Path(target))
    with pytest.raises(OSError, match=r"Errno") as stock_s:
        site.collect(backend=STOCK_MANIFEST)
    keys_before = bucket.keys()

    with pytest.raises(OSError, match=r"Errno") as ours:
        site.collect()

    figures.add()
    assert str(ours.value) == str(stock_s.value)
    assert bucket.keys() == keys_before
