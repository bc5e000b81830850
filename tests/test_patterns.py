"""Patterns that are tried only where their word occurs."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles.storage import HashedFilesMixin

from faststatic_storages.patterns import LiteralPattern, sped_up


@pytest.mark.parametrize(
    ("pattern", "is_sped_up"),
    [
        (r"x(?-i:WORD)=(?P<url>.*)", True),
        (r"x(?-i:WORD)?=(?P<url>.*)", False),
        (r"x(?-i:WORD)*", False),
        (r"x(?-i:WORD){0,1}", False),
        (r"(?-i:WORD)|y", False),
        (r"x(?-i:W.*D)", False),
        (r"xWORD", False),
    ],
)
def test_a_word_that_every_match_has_is_looked_for_first(
    pattern: str, is_sped_up: bool
) -> None:
    compiled = re.compile(pattern, re.IGNORECASE)

    assert isinstance(sped_up(compiled), LiteralPattern) is is_sped_up


@pytest.mark.parametrize("text", ["a XWORD=b c", "a XWord=b c", "", "WORD", "xWORD="])
def test_matches_are_the_same(text: str) -> None:
    pattern = re.compile(r"x(?-i:WORD)=(?P<url>\w)", re.IGNORECASE)
    quick = sped_up(pattern)

    assert quick.sub("y", text) == pattern.sub("y", text)
    assert bool(quick.search(text)) == bool(pattern.search(text))
    assert quick.pattern == pattern.pattern


def test_django_s_source_map_patterns_are_sped_up() -> None:
    hashed_files = HashedFilesMixin()

    words = {
        pattern.pattern
        for patterns in hashed_files._patterns.values()  # type: ignore[attr-defined]
        for pattern, *_ in patterns
        if isinstance(sped_up(pattern), LiteralPattern)
    }

    assert len(words) == 2
    assert all("sourceMappingURL" in word for word in words)
