"""Listings that leave out, make up or garble what is in the bucket."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from django.core.management.base import CommandError

from tests.hostile.figures import Figures
from tests.hostile.looking import holds_release, look
from tests.hostile.releases import release
from tests.servers.s3 import S3Server
from tests.servers.switches import keys, listing
from tests.sites.bucket import Bucket
from tests.sites.site import Site

ENTRY = re.compile(r"<Contents>.*?</Contents>", re.DOTALL)
FOREIGN = (
    "<Contents><Key>{}</Key><LastModified>2020-01-01T00:00:00.000Z</LastModified>"
    '<ETag>"00000000000000000000000000000000"</ETag><Size>1</Size></Contents>'
)


def without_every_second(text: str) -> str:
    return "".join(
        part
        for number, part in enumerate(re.split(f"({ENTRY.pattern})", text, flags=re.S))
        if number % 4 != 1
    )


def with_more(names: list[str], text: str) -> str:
    """Let a listing that is not empty show these as well."""
    entries = "".join(map(FOREIGN.format, names))
    return text.replace("<Contents>", f"{entries}<Contents>", 1)


def with_all(tag: str, value: str, text: str) -> str:
    return re.sub(f"<{tag}>.*?</{tag}>", f"<{tag}>{value}</{tag}>", text)


def twice(text: str) -> str:
    return ENTRY.sub(lambda entry: entry[0] * 2, text)


GARBLED: dict[str, Callable[[str], str]] = {
    "every second is missing": without_every_second,
    "others of other places": partial(with_more, ["media/a.jpg", "/", "static", "x"]),
    "others that are not there": partial(with_more, ["static/ghost.txt", "static/"]),
    "no sizes": partial(with_all, "Size", "many"),
    "negative sizes": partial(with_all, "Size", "-1"),
    "no times": partial(with_all, "LastModified", "yesterday"),
    "other ETags": partial(with_all, "ETag", "&quot;garbage&quot;"),
    "no ETags": partial(with_all, "ETag", ""),
    "each twice": twice,
    "no keys": partial(with_all, "Key", ""),
}


@pytest.mark.parametrize("flags", [(), ("--clear",)], ids=["run", "clear"])
@pytest.mark.parametrize("garbled", GARBLED)
def test_listing_is_garbled(
    site: Site,
    bucket: Bucket,
    server: S3Server,
    figures: Figures,
    garbled: str,
    flags: tuple[str, ...],
) -> None:
    others = ["media/a.jpg", "static", "x"]
    for key in others:
        bucket.put(key)
    site.write(release(1))
    site.collect(location="static")
    site.remove("only/1.txt")
    site.write(release(2))

    with figures.timed(), server.imitating(listing(GARBLED[garbled])):
        site.collect(*flags, location="static")

    figures.add()
    assert look(bucket, figures, "static/").is_whole
    assert holds_release(bucket, release(2), "static/")
    assert {*others} <= {*bucket.keys()}


def test_listing_of_another_bucket_s_keys(
    site: Site, bucket: Bucket, server: S3Server, figures: Figures
) -> None:
    site.write(release(1))
    site.collect()
    before = bucket.objects()

    with server.imitating(keys(lambda key: f"%{key}")):
        site.collect("--clear")

    figures.add()
    assert bucket.objects() == before


def test_listing_that_is_cut_off(
    site: Site, bucket: Bucket, server: S3Server, figures: Figures
) -> None:
    site.write(release(1))
    site.collect()
    before = bucket.objects()
    site.write(release(2))

    with (
        server.imitating(listing(lambda text: text[: len(text) // 2])),
        pytest.raises(CommandError, match="Could not list"),
    ):
        site.collect("--clear")

    figures.add()
    assert bucket.objects() == before
