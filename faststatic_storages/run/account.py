"""What a run has done so far, and says of it while it works."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from faststatic_storages.report import readable
from faststatic_storages.run.progress import DELETING, UPLOADING, Phase
from faststatic_storages.run.run_options import RunOptions
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.plan import Reason

if TYPE_CHECKING:
    from faststatic_storages.providers.base import Provider


class Account:
    """
    Keeps account of what is sent and deleted; in a dry run, of what would be.

    ``sent`` has each key, and whether it was not in the bucket before; ``size`` is in
    bytes.
    """

    def __init__(self, provider: Provider, options: RunOptions) -> None:
        self.sent: dict[str, bool] = {}
        self.size = 0
        self._workers = 0
        self._provider = provider
        self._options = options

    def uploading(self, total: int) -> AbstractContextManager[None]:
        """Return a context for so many uploads."""
        return self._phase(UPLOADING, total)

    def deleting(self, total: int) -> AbstractContextManager[None]:
        return self._phase(DELETING, total)

    def note_sent(self, info: ObjectInfo, reason: Reason, *, is_new: bool) -> None:
        self.sent.setdefault(info.key, is_new)
        self.size += info.size or 0
        self._options.progress.advance(UPLOADING, size=info.size or 0)
        self._tell("upload", "Uploaded", [info.key], f"{reason.value}{self._how(info)}")
        self.pass_on_notes()

    def note_pause(self, key: str, error: BaseException, seconds: float) -> None:
        """Say that the service asks for fewer requests."""
        cause, _ = self._provider.explain(error, "upload")
        self._options.log(
            f"'{key}' was answered {cause}; it is sent again in {seconds:.1f} s", 3
        )

    def note_workers(self, count: int) -> None:
        """Say how many are sent at a time."""
        if count > 1 and count != self._workers:
            self._workers = count
            self._options.log(f"Up to {count} are sent at a time.", 3)

    def tell_deletions(self, keys: Iterable[str], reason: Reason) -> None:
        """Say that these are about to go."""
        self._tell("delete", "Deleting", keys, reason.value)

    def note_deleted(self, count: int) -> None:
        self._options.progress.advance(DELETING, count)

    def pass_on_notes(self) -> None:
        """Say what has come up with the provider."""
        for note in self._provider.notes():
            self._options.log(note, 1)

    def _phase(self, phase: Phase, total: int) -> AbstractContextManager[None]:
        if self._options.dry_run or not total:
            return nullcontext()
        return self._options.progress.during(phase, total)

    def _tell(self, pretended: str, done: str, keys: Iterable[str], why: str) -> None:
        level = 1 if self._options.dry_run else 2
        if self._options.verbosity < level:
            return
        doing = f"Pretending to {pretended}" if self._options.dry_run else done
        for key in keys:
            self._options.log(f"{doing} '{key}' ({why})", level)

    def _how(self, info: ObjectInfo) -> str:
        if self._options.verbosity < 3 or self._options.dry_run:
            return ""
        by = self._provider.transport_of(info.key)
        return f", {readable(info.size or 0)}, by {by}"
