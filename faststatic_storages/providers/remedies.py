"""What to do about an error: a table for each vendor, looked up in one way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from faststatic_storages.providers.base import Action, Explanation, explained

Kinds: TypeAlias = type[BaseException] | tuple[type[BaseException], ...]

AGAIN = "The service failed; run the command again."


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
        remedies = (remedy for kinds, remedy in self.local if isinstance(error, kinds))
        return explained(f"{type(error).__name__}: {error}", next(remedies, None))
