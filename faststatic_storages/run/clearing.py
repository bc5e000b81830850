"""What --clear may delete: what it refuses to, and what it keeps and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from faststatic_storages.report import counted
from faststatic_storages.run.errors import RunError
from faststatic_storages.run.releases import Release, read_releases
from faststatic_storages.run.sharing import constructed, refusal_to_clear
from faststatic_storages.sync.plan import Reason

if TYPE_CHECKING:
    from faststatic_storages.run.run import Run

SHOWN_KEYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearOptions:
    """
    The storage's options that say what ``--clear`` may delete.

    ``grace`` is in seconds.
    """

    grace: float
    keep_releases: int
    clear_spares: tuple[str, ...]
    max_unknown_deletions: int


def is_spared(name: str, clear_spares: Iterable[str]) -> bool:
    """Return whether that option names the file."""
    return any(fnmatchcase(name, pattern) for pattern in clear_spares)


class Clearing:
    """
    What is left over in the bucket, and why some of it stays.

    A release that was replaced a moment ago is still read by workers and by browsers;
    an object that a deploy beside this one has uploaded is named by no manifest yet.
    """

    def __init__(
        self, storage: Any, run: Run, options: ClearOptions, replaced: Release | None
    ) -> None:
        self._run = run
        self._options = options
        self._now = datetime.now(UTC)
        self._releases = [replaced] if replaced is not None else []
        self.kept_releases: list[Release] = []
        """Those of which nothing is deleted."""
        self._prefix = run.key("")
        refusal = refusal_to_clear(storage, run.provider, constructed())
        if refusal is not None:
            raise RunError(str(refusal))

    def consider(self, manifest_key: str | None, candidates: Iterable[str]) -> None:
        """Look which releases are among what is left over."""
        if manifest_key is not None:
            self._releases += read_releases(self._run, manifest_key, candidates)
        self._releases.sort(key=lambda release: release.since, reverse=True)
        self.kept_releases = [
            release
            for rank, release in enumerate(self._releases)
            if rank < self._options.keep_releases or self._is_young(release.since)
        ]

    def reason_to_keep(self, key: str) -> Reason | None:
        """Return why what nobody stored or names stays, ``None`` if it does not."""
        name = key.removeprefix(self._prefix)
        if is_spared(name, self._options.clear_spares):
            return Reason.SPARED
        if any(key in release for release in self.kept_releases):
            return Reason.OF_A_RELEASE
        info = self._run.bucket.find(key)
        if info is not None and self._is_young(info.modified):
            return Reason.YOUNG
        return None

    def check(self, reasons: Mapping[str, Reason]) -> None:
        """Raise ``RunError`` where too much would go that was never this site's."""
        unknown = [
            key
            for key, reason in reasons.items()
            if reason is Reason.LEFT_OVER
            and not any(key in release for release in self._releases)
        ]
        if len(unknown) > (most := self._options.max_unknown_deletions):
            shown = ", ".join(unknown[:SHOWN_KEYS])
            raise RunError(
                f"--clear would delete {counted(len(unknown), 'object')} that no "
                f"manifest of this site has ever named, such as {shown}; no more than "
                f"{most} may go. Nothing was written. If they are this site's, set "
                'OPTIONS["max_unknown_deletions"] to a higher number; if not, give the '
                "static files a location of their own."
            )

    def kept(self, reasons: Mapping[str, Reason]) -> str:
        """Return one line that says what stays and why, or nothing."""
        counts = Counter(reasons.values())
        names = ", ".join(release.name for release in self.kept_releases)
        parts = [
            f"{counts[reason]} {why}"
            for reason, why in (
                (Reason.OF_A_RELEASE, f"named by another release ({names})"),
                (Reason.YOUNG, f"younger than {self._options.grace:g} s"),
                (Reason.SPARED, "spared by clear_spares"),
            )
            if counts[reason]
        ]
        return f"--clear keeps {', '.join(parts)}." if parts else ""

    def _is_young(self, since: datetime) -> bool:
        grace = timedelta(seconds=self._options.grace)
        return grace > timedelta(0) and since > self._now - grace
