"""A run moves one way, and a call at the wrong time names both states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from faststatic_storages import PreloadMetadataMixin
from faststatic_storages.providers import provider_for
from faststatic_storages.run import Run
from faststatic_storages.run.run_options import RunOptions
from faststatic_storages.run.state import State, WrongState
from faststatic_storages.sync.content import HeldBytes
from faststatic_storages.sync.leftovers import KeysInUse

STEPS: dict[State, Callable[[Run], object]] = {
    State.OPEN: Run.end_hashing,
    State.HASHED: lambda run: run.make_plan(None, KeysInUse),
    State.PLANNED: Run.upload,
    State.UPLOADED: Run.publish,
    State.PUBLISHED: lambda run: run.clear({}),
    State.CLEARED: Run.close,
}
ALLOWED: list[tuple[str, Callable[[Run], object], set[State]]] = [
    ("end_hashing", STEPS[State.OPEN], {State.OPEN}),
    ("make_plan", STEPS[State.HASHED], {State.HASHED}),
    ("upload", STEPS[State.PLANNED], {State.PLANNED}),
    ("publish", STEPS[State.UPLOADED], {State.UPLOADED}),
    ("clear", STEPS[State.PUBLISHED], {State.PUBLISHED}),
    (
        "save",
        lambda run: run.save("late.txt", HeldBytes(b"late")),
        {State.OPEN, State.HASHED, State.UPLOADED},
    ),
    (
        "delete",
        lambda run: run.delete("late.txt", by_name=True),
        {State.OPEN, State.UPLOADED},
    ),
    ("join", Run.join, {State.OPEN}),
    ("leave", Run.leave, {State.OPEN}),
    (
        "write_manifest_later",
        lambda run: run.write_manifest_later(lambda: None),
        {State.OPEN},
    ),
]


class Local(PreloadMetadataMixin, FileSystemStorage):
    pass


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    options = RunOptions(
        log=lambda message, level: None,
        verbosity=1,
        max_workers=1,
        max_staged_memory=0,
    )
    run = Run(provider_for(Local(location=tmp_path)), None, options)
    run.save("a.txt", HeldBytes(b"a"))
    yield run
    run.close()


def advance(run: Run, state: State) -> None:
    for step in STEPS.values():
        if run.state is state:
            break
        step(run)


def test_each_step_leads_to_the_next_state(run: Run, tmp_path: Path) -> None:
    seen = []
    for step in STEPS.values():
        seen.append(run.state)
        step(run)

    assert [*seen, run.state] == [*State]
    assert (tmp_path / "a.txt").read_bytes() == b"a"


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(
    ("call", "states"),
    [pytest.param(call, states, id=name) for name, call, states in ALLOWED],
)
def test_wrong_time_names_both_states(
    run: Run, call: Callable[[Run], object], states: set[State], state: State
) -> None:
    advance(run, state)

    if state in states:
        call(run)
    else:
        expected = " or ".join(one.value for one in State if one in states)
        with pytest.raises(
            WrongState, match=rf"is for a run that is {expected}; .* is {state.value}"
        ):
            call(run)
        assert run.state is state


def test_step_that_fails_leads_nowhere(run: Run) -> None:
    run.join()

    with pytest.raises(Exception, match="Cure its error"):
        run.end_hashing()

    assert run.state is State.OPEN


def test_run_can_be_left_from_anywhere(run: Run) -> None:
    run.close()
    run.close()

    assert run.state is State.CLOSED
