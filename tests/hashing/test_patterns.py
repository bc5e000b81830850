"""Patterns that are tried only at the lines where they can match."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles.storage import HashedFilesMixin
from hypothesis import example, given
from hypothesis import strategies as st

from faststatic_storages.hashing.patterns import LinePattern, line_pattern

SOURCE_MAP_PATTERNS = [
    pattern
    for patterns in HashedFilesMixin()._patterns.values()  # type: ignore[attr-defined]
    for pattern, *_ in patterns
    if "sourceMappingURL" in pattern.pattern
]
TEXTS = st.lists(
    st.sampled_from(
        [
            *("//# ", "/*# ", "/*#\t", " */", "sourceMappingURL", "sourcemappingurl"),
            *("=", "a.js.map", "\n", "\r", "\u2028", " ", "é", "//", "#"),
        ]
    ),
    max_size=25,
).map("".join)


@pytest.mark.parametrize(
    ("pattern", "is_sped_up"),
    [
        (r"(?m)^(?P<matched>x(?-i:WORD)=(?P<url>.*))", False),
        (r"(?m)^(?P<matched>//(?-i:WORD)=(?P<url>.*))", True),
        (r"(?m)^(?P<matched>(?-i:WORD)=(?P<url>.*))", True),
        (r"^(?P<matched>//(?-i:WORD)=(?P<url>.*))", False),
        (r"(?m)^(?P<matched>//(?-i:WORD)?=(?P<url>.*))", False),
        (r"(?m)^(?P<matched>//(?-i:WORD)*)", False),
        (r"(?m)^(?P<matched>//(?-i:WORD){0,1})", False),
        (r"(?m)^(?P<matched>//(?-i:WORD)|y)", False),
        (r"(?m)^(?P<matched>//(?-i:W.*D))", False),
        (r"(?m)^(?P<matched>//WORD)", False),
        (r"(?m)^(?P<matched>/?(?-i:WORD))", False),
    ],
)
def test_lines_that_start_with_a_word_are_looked_for_first(
    pattern: str, is_sped_up: bool
) -> None:
    compiled = re.compile(pattern, re.IGNORECASE)

    assert isinstance(line_pattern(compiled), LinePattern) is is_sped_up


@pytest.mark.parametrize("pattern", SOURCE_MAP_PATTERNS)
@given(text=TEXTS)
@example(text="//# sourceMappingURL\n/*# sourceMappingURL\n")
def test_matches_are_the_same(pattern: re.Pattern[str], text: str) -> None:
    quick = line_pattern(pattern)
    match = pattern.search(text)
    quick_match = quick.search(text)

    assert (quick_match and quick_match.span("url")) == (match and match.span("url"))
    assert quick.sub(lambda match: f"<{match['url']}>", text) == pattern.sub(
        lambda match: f"<{match['url']}>", text
    )
    assert quick.can_match(text.encode()) or match is None
    assert quick.pattern == pattern.pattern


def test_django_s_source_map_patterns_are_sped_up() -> None:
    assert len(SOURCE_MAP_PATTERNS) == 2
    assert all(
        isinstance(line_pattern(pattern), LinePattern)
        for pattern in SOURCE_MAP_PATTERNS
    )
