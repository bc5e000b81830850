"""Decide what to send, then send it: a pure plan and a bounded pool of uploads."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from faststatic_storages.content import Content
from faststatic_storages.index import ObjectIndex, ObjectInfo


@dataclass(frozen=True, slots=True)
class Upload:
    """One object to have in the bucket: what bytes, under which key and headers."""

    key: str
    content: Content
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What a sync does with each upload.

    ``create`` and ``replace`` are sent, in this order and the second only when the
    whole first is in place, so that a failure leaves as many old objects as possible.
    """

    create: list[Upload] = field(default_factory=list)
    replace: list[Upload] = field(default_factory=list)
    keep: list[Upload] = field(default_factory=list)


def plan(
    uploads: Iterable[Upload],
    index: ObjectIndex | None,
    is_unchanged: Callable[[Upload, ObjectInfo], bool],
) -> Plan:
    """
    Sort uploads into create, replace and keep.

    ``index`` is ``None`` where nothing is known of the bucket: everything is sent.
    ``is_unchanged`` is asked for existing keys alone.
    """
    result = Plan()
    for upload in uploads:
        remote = index.get(upload.key) if index is not None else None
        if remote is None:
            result.create.append(upload)
        elif is_unchanged(upload, remote):
            result.keep.append(upload)
        else:
            result.replace.append(upload)
    return result


@dataclass(frozen=True, slots=True)
class Failure:
    """An upload that failed, and why."""

    upload: Upload
    error: BaseException


class SyncError(Exception):
    """
    Uploads failed. The pool stopped at the first failure.

    ``failures`` has one entry for each failed upload, ``untried`` counts those that
    were not started.
    """

    def __init__(self, failures: Sequence[Failure], untried: int) -> None:
        self.failures = failures
        self.untried = untried
        keys = ", ".join(failure.upload.key for failure in failures)
        super().__init__(f"Could not upload {keys}; {untried} more were not tried.")


def send(
    uploads: Sequence[Upload],
    put: Callable[[Upload], ObjectInfo],
    *,
    executor: Executor,
    window: int,
) -> Generator[ObjectInfo]:
    """
    Put every upload and yield what each became, in the order of completion.

    At most ``window`` uploads are handed to ``executor`` at a time. After the first
    failure no more are handed over, those that run are awaited, and ``SyncError`` names
    all that failed.
    """
    remaining = iter(uploads)
    running: dict[Future[ObjectInfo], Upload] = {}
    failures: list[Failure] = []
    try:
        while True:
            if not failures:
                for upload in islice(remaining, window - len(running)):
                    running[executor.submit(put, upload)] = upload
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                upload = running.pop(future)
                if future.cancelled():
                    remaining = iter([upload, *remaining])
                elif error := future.exception():
                    failures.append(Failure(upload, error))
                    for other in running:
                        other.cancel()
                else:
                    yield future.result()
    finally:
        for future in running:
            future.cancel()
    if failures:
        raise SyncError(failures, untried=len(list(remaining)))
