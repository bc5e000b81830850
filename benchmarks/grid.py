"""Every chosen contender in every chosen situation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from benchmarks.contenders import Contender
from benchmarks.runner import Session

SLICE = "slice"


def run_grid(
    session: Session,
    contenders: Mapping[str, Contender],
    *,
    corpora: Sequence[str],
    latencies: Sequence[int],
    scenarios: Sequence[str],
    rounds: int,
    whole: Collection[str],
) -> None:
    """
    Run all of it; ours is in every group.

    Those that would take minutes run on a slice of the files, unless they are named in
    ``whole``.
    """
    for latency in latencies:
        for scenario in scenarios:
            present = {
                name: contender
                for name, contender in contenders.items()
                if scenario in contender.only_in
            }
            slow = {name for name in present if scenario in present[name].slow_in}
            on_slice = set() if SLICE in corpora else slow - {*whole}
            for corpus in corpora:
                group = {
                    name: contender
                    for name, contender in present.items()
                    if name not in on_slice
                }
                session.run(
                    corpus=corpus,
                    latency=latency,
                    scenario=scenario,
                    contenders=group,
                    rounds=rounds,
                )
            if on_slice:
                group = {name: present[name] for name in present if name in on_slice}
                group["ours"] = present["ours"]
                session.run(
                    corpus=SLICE,
                    latency=latency,
                    scenario=scenario,
                    contenders=group,
                    rounds=rounds,
                )
