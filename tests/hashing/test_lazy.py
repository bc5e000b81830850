"""A sequence that is computed when somebody looks at it."""

from __future__ import annotations

from faststatic_storages.hashing.lazy import LazySequence


def test_computed_at_the_first_look_and_no_other() -> None:
    calls = []

    def compute() -> list[str]:
        calls.append("call")
        return ["a", "b"]

    lazy = LazySequence(compute)

    assert not calls
    assert (len(lazy), [*lazy], lazy[1], lazy[:1]) == (2, ["a", "b"], "b", ["a"])
    assert calls == ["call"]
