"""What to do about an error: a table for each vendor, looked up in one way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from faststatic_storages.providers.base import Action, Explanation, explained

Kinds: TypeAlias = type[BaseException] | tuple[type[BaseException], ...]

NOT_STORED = (
    "What answers there is not the service, or it has lost the object: look for a "
    "proxy on the way, check the endpoint, then run the command again."
)
AGAIN = "The service failed; run the command again."


class NotStored(Exception):
    """An answer that does not prove that the object is stored; it says why not."""


class Throttled(Exception):
    """obstore was told to wait. It does not tell for how long; the SDK will."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status}: the service asks for fewer requests")
        self.status = status


def other_bytes(told: object, sent: object) -> NotStored:
    return NotStored(f"The service stored other bytes ({told}) than were sent ({sent})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedies:
    """
    The remedies of one vendor's errors.

    ``by_code`` has them by the service's own name of the error or by HTTP's status,
    ``permissions`` by what a 403 without such a name has refused. ``local`` are for
    errors that are no answer of the service; the first that fits counts.
    """

    by_code: Mapping[str, str]
    permissions: Mapping[Action, str]
    credentials: str
    local: Sequence[tuple[Kinds, str]]

    def for_answer(
        self, cause: str, action: Action, *, status: int | None, code: str = ""
    ) -> Explanation:
        remedy = self.by_code.get(code) or self.by_code.get(str(status))
        if remedy is None and (status == 403 or code == "AccessDenied"):
            remedy = self.permissions.get(action, self.credentials)
        return explained(cause, remedy)

    def for_local_error(self, error: BaseException) -> Explanation:
        if isinstance(error, NotStored):
            return explained(str(error), NOT_STORED)
        if isinstance(error, Throttled):
            return self.for_answer(str(error), "upload", status=error.status)
        remedies = (remedy for kinds, remedy in self.local if isinstance(error, kinds))
        return explained(f"{type(error).__name__}: {error}", next(remedies, None))
