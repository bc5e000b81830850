"""When a service asks for fewer requests, and for how long."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from faststatic_storages.providers.remedies import Throttled

STATUS = re.compile(r"status code: (429|503)\b")

# S3's words, which may come with another status.
CODES = ("SlowDown", "TooManyRequests")


class Answer(NamedTuple):
    """What an answer of a service tells beside its words."""

    status: int | None
    code: str
    headers: Mapping[str, str]


def throttled_in(error: BaseException) -> Throttled | None:
    """Return what obstore's error is, which has the status in its text alone."""
    found = STATUS.search(str(error))
    return Throttled(int(found[1])) if found else None


def seconds_in(headers: Mapping[str, str]) -> float:
    """
    Return what ``Retry-After`` asks for, in seconds or as a date; 0 if nothing.

    https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
    """
    told = next(
        (headers[name] for name in headers if name.lower() == "retry-after"), ""
    )
    if told.isdecimal():
        return float(told)
    try:
        when = parsedate_to_datetime(told)
    except ValueError:
        return 0
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0, (when - datetime.now(UTC)).total_seconds())
