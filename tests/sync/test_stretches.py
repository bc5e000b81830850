from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from faststatic_storages.sync.stretches import Expected, just_before, stem_of

# Few signs, so that keys begin with each other, and those on which the order depends.
keys = st.text(alphabet="a.-/é😀\uffff", min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("key", "stem"),
    [
        ("js/app.min.css", "js/app."),
        ("js/app.min.0123456789ab.css", "js/app."),
        ("js/v1.2/app.css", "js/v1.2/app."),
        ("LICENSE", "LICENSE"),
        ("LICENSE.0123456789ab", "LICENSE."),
        ("js/.eslintrc", "js/."),
        ("js/", "js/"),
    ],
)
def test_hashed_names_have_the_stem_of_their_file(key: str, stem: str) -> None:
    assert stem_of(key) == stem


@given(keys)
def test_what_comes_just_before_does_come_before(key: str) -> None:
    assert just_before(key) < key


@pytest.mark.parametrize(
    ("key", "before"),
    [
        ("app.", "app-~"),
        ("a", "`~"),
        ("LICENSÉ", "LICENS"),
        ("a\x01.b.css", "a"),
        ("a\uffff.", "a"),
    ],
)
def test_little_is_between_a_key_and_what_comes_just_before(
    key: str, before: str
) -> None:
    assert just_before(key) == before


@given(st.sets(keys), st.sets(keys), keys)
@example({"a.a"}, {"a.-"}, "a")
@example({"a"}, {"a", "a.é"}, "a-")
def test_nothing_expected_is_passed_over(
    names: set[str], others: set[str], last: str
) -> None:
    expected = Expected(names)
    behind = sorted(key for key in names | others if key > last and key in expected)

    following = expected.next_behind(last)

    if behind:
        assert following is not None
        # Where it may be, and not before what was read.
        assert last <= following <= behind[0]
        assert following == last or just_before(following) < behind[0]


def test_expected_names_tell_where_to_go_on() -> None:
    expected = Expected(["b/LICENSE", "b/app.css", "d.css"])

    assert [*expected] == ["b/LICENSE", "b/LICENSE.", "b/app.", "d."]
    assert expected.next_behind("a/1.jpg") == "b/LICENSE"
    assert expected.next_behind("b/app-1.jpg") == "b/app."
    # More of the same may follow.
    assert expected.next_behind("b/app.c") == "b/app.c"
    assert expected.next_behind("b/app.d/1.jpg") == "b/app.d/1.jpg"
    assert expected.next_behind("d0") is None


def test_parts_have_as_many_keys_each() -> None:
    expected = Expected([f"{n:03}.{kind}" for n in range(100) for kind in "ab"])

    assert expected.parts("", 4) == ["025.", "050.", "075."]
    assert expected.parts("049.z", 2) == ["075."]
    assert expected.parts("", 1) == expected.parts("", 0) == []
    assert expected.parts("1", 4) == []


def test_what_is_expected_is_counted() -> None:
    expected = Expected(["a.css", "b.css", "b.1.css", "c/LICENSE"])

    assert expected.count("") == 5
    assert expected.count("b.0.css") == 2
    assert expected.count("d") == 0


def test_keys_with_one_stem_are_not_divided() -> None:
    chunks = [f"chunk.{number}.js" for number in range(100)]

    assert Expected([*chunks, "a.js"]).parts("", 9) == []
    assert Expected([*chunks, "z.js"]).parts("", 9) == ["z."]
