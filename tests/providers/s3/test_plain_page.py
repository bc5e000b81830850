"""Pages read without an XML parser say what a parser says."""

from __future__ import annotations

from urllib.parse import quote
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faststatic_storages.providers.s3.listing import any_page
from faststatic_storages.providers.s3.plain_page import TAGS, PageText, plain_page

ROOTS = [
    "<ListBucketResult>",
    "<ListBucketResult xmlns='http://doc.s3.amazonaws.com/2006-03-01'>",
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
]
DECLARATIONS = ["", "<?xml version='1.0'?>", '<?xml version="1.0" encoding="utf-8"?>\n']
OTHER = [
    "<StorageClass>STANDARD</StorageClass>",
    "<Owner><ID>1</ID><DisplayName>a</DisplayName></Owner>",
    "<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>X</ChecksumType>",
]
BETWEEN = ["", "\n  ", "<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>"]
keys = st.text(st.characters(codec="utf-8", min_codepoint=32), max_size=12)


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Return a page of some dialect, now and then none that every service writes."""
    space = draw(st.sampled_from(["", "\n", "\n  "]))
    order = draw(st.permutations(TAGS))
    mark = draw(st.sampled_from(['"', "&quot;", "&#34;", "&#x22;"]))
    is_quoted = draw(st.booleans())

    def contents(key: str) -> str:
        texts = {
            "Key": quote(key, safe="/") if is_quoted else escape(key),
            "LastModified": "2026-01-01T00:00:00.000Z",
            "ETag": f"{mark}{draw(st.integers(0, 9)):032x}{mark}",
            "Size": str(draw(st.integers(0, 10**12))),
        }
        names = [name for name in order if draw(st.integers(0, 40))]
        parts = [f"<{name}>{texts[name]}</{name}>" for name in names]
        parts += draw(st.lists(st.sampled_from([*OTHER, *parts[:1], "<ETag/>"])))
        return f"<Contents>{space}{space.join(parts)}{space}</Contents>"

    between = draw(st.sampled_from(BETWEEN))
    entries = [
        contents(key) + between for key in draw(st.lists(keys, max_size=4, unique=True))
    ]
    entries.insert(
        draw(st.integers(0, len(entries))),
        "<IsTruncated>true</IsTruncated><Name>a&amp;b</Name>"
        + "<EncodingType>url</EncodingType>" * is_quoted,
    )
    root = draw(st.sampled_from(ROOTS))
    start = draw(st.sampled_from(DECLARATIONS)) + root
    return f"{start}{space}{space.join(entries)}</ListBucketResult>\n"


def canonical(page: PageText) -> tuple[list[list[str]], bool, list[tuple[str, str]]]:
    rest = [
        (element.tag.rpartition("}")[2], "".join(element.itertext()).strip())
        for element in ElementTree.fromstring(page.rest)
    ]
    return page.columns, page.is_quoted, rest


@given(pages())
def test_readers_agree(page: str) -> None:
    parsed, plain = any_page(page.encode()), plain_page(page.encode())

    assert parsed is not None
    assert plain is None or canonical(plain) == canonical(parsed)


def contents(**texts: str) -> str:
    elements = {"Key": "a", "LastModified": "", "ETag": "", "Size": "1", **texts}
    inside = "".join(f"<{tag}>{text}</{tag}>" for tag, text in elements.items())
    return f"<Contents>{inside}</Contents>"


def test_plain_page_needs_no_parser() -> None:
    page = f"{ROOTS[0]}{contents()}{contents(Key='b')}</ListBucketResult>"

    plain = plain_page(page.encode())

    assert plain is not None
    assert plain.columns == [["a", "b"], ["", ""], ["", ""], ["1", "1"]]


@pytest.mark.parametrize(
    "body",
    [
        "",
        ROOTS[0] + contents(),
        ROOTS[0]
        + contents().replace("<Contents>", "<Contents >")
        + "</ListBucketResult>",
        ROOTS[0] + contents(Key="a&amp;b") + "</ListBucketResult>",
        ROOTS[0] + contents(Key="<![CDATA[a]]>") + "</ListBucketResult>",
        ROOTS[0] + contents(Key="<!-- b -->a") + "</ListBucketResult>",
        ROOTS[0]
        + "<EncodingType> url</EncodingType>"
        + contents()
        + "</ListBucketResult>",
        ROOTS[0] + contents(Key="a</Key><Key>b") + "</ListBucketResult>",
        # Two keys here and none there are as many as there are objects.
        ROOTS[0]
        + contents(Key="a</Key><Key>b")
        + contents().replace("<Key>a</Key>", "")
        + "</ListBucketResult>",
        "<?xml version='1.0' encoding='latin-1'?>"
        + ROOTS[0]
        + contents()
        + "</ListBucketResult>",
    ],
)
def test_other_page_is_left_to_the_parser(body: str) -> None:
    assert plain_page(body.encode()) is None


def test_page_that_is_no_utf_8_is_left_to_the_parser() -> None:
    page = f"{ROOTS[0]}{contents(Key='é')}</ListBucketResult>"

    assert plain_page(page.encode("latin-1")) is None
