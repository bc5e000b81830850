"""Who is told what a run did: a file, the log, and whoever waits for the signal."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faststatic_storages.providers.base import Transport
from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.report import RunReport, counted, readable
from faststatic_storages.run.errors import OF_A_DRY_RUN, RunError
from faststatic_storages.run.run import GONE, KEPT, Run
from faststatic_storages.signals import published
from faststatic_storages.sync.plan import Reason

# Its name is documented: a project may have a handler for it.
logger = logging.getLogger("faststatic_storages")


@dataclass(slots=True)
class Outcome:
    """What a ``staged()`` block leads to; ``report`` is there when it has published."""

    report: RunReport | None = None


def told_of_the_plan(run: Run, unchanged: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield what is said of the plan when the run is over, each for its verbosity."""
    if run.options.verbosity > 2:
        for key in sorted(unchanged):
            yield f"Left '{key}' (unchanged)", 3
        for key in run.plan.keys(*KEPT):
            yield f"Left '{key}' ({run.plan.reasons[key].value})", 3
    if run.options.dry_run:
        yield "The plan:", 1
        for reason in Reason:
            if keys := run.plan.keys(reason):
                objects = counted(len(keys), "object")
                size = readable(sum(map(run.size, keys)))
                yield f"  {reason.value:<12}{objects:>16}{size:>12}", 1


def headers_that_stay(count: int) -> str:
    """Return what is said of objects that hold headers of which nothing is known."""
    stay, them = ("stays", "it") if count == 1 else ("stay", "them")
    return (
        f"{counted(count, 'object')} {stay} with headers that nobody has noted. To "
        f'send {them} once more, run collectstatic with OPTIONS["ledger"] = "resend".'
    )


def report_of(run: Run, unchanged: int, releases: Iterable[str]) -> RunReport:
    """Return what ``run`` did, of which so many objects are ``unchanged``."""
    plan, sent, progress = run.plan, run.account.sent, run.options.progress
    # To know it takes time, which a run that sends nothing is spared.
    transport = run.provider.transport if sent else Transport("")
    return RunReport(
        dry_run=run.options.dry_run,
        storage=f"{type(run.provider.storage).__module__}."
        f"{type(run.provider.storage).__qualname__}",
        created=tuple(key for key, is_new in sent.items() if is_new),
        replaced=tuple(key for key, is_new in sent.items() if not is_new),
        unchanged=unchanged,
        deleted=tuple(plan.keys(*GONE)),
        kept={
            reason.value: tuple(keys) for reason in KEPT if (keys := plan.keys(reason))
        },
        size=run.account.size,
        requests=run.provider.requests,
        seconds={**progress.seconds, "total": progress.elapsed},
        transport=transport.name,
        transport_reason=transport.reason,
        releases=tuple(releases),
    )


def begin_report(path: str | os.PathLike[str] | None) -> None:
    """
    Remove the report of an earlier run; raise ``ImproperlyConfigured``.

    A run that fails leaves none, so that nobody takes the last one for its own.
    """
    if path is None:
        return
    try:
        Path(path).unlink(missing_ok=True)
        Path(path).touch()
        Path(path).unlink()
    except OSError as error:
        raise Misconfigured(
            Problem.WRONG_OPTION,
            f"report_file is {os.fspath(path)!r}, and no file can be written there: "
            f"{error.strerror}.",
            "Name a file in a directory that exists and that the command may write to.",
        ) from error


def tell(storage: Any, report: RunReport) -> None:
    """Hand the report to all that want it; raise ``RunError`` where one fails."""
    if (path := storage.report_file) is not None:
        try:
            Path(path).write_text(json.dumps(report.as_dict()))
        except OSError as error:
            raise RunError(
                f"The report could not be written to {os.fspath(path)!r}: "
                f"{error.strerror}. {_intact(report)}"
            ) from error
    logger.info("%s", report, extra={"report": report.as_dict()})
    if report.dry_run:
        return
    for receiver, answer in published.send_robust(
        type(storage), storage=storage, report=report
    ):
        if isinstance(answer, Exception):
            name = getattr(receiver, "__qualname__", type(receiver).__qualname__)
            raise RunError(
                f"{name}(), which waits for the signal published, failed "
                f"({type(answer).__name__}: {answer}). {_intact(report)}"
            ) from answer


def _intact(report: RunReport) -> str:
    if report.dry_run:
        return OF_A_DRY_RUN
    return "Everything is in place in the bucket: what the report is for is left to do."
