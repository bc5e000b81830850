"""What obstore's errors say, which have the service's answer in their text."""

from __future__ import annotations

import re

from faststatic_storages.providers.redaction import redacted

STATUS = re.compile(r"status code: (\d{3})\b")
CODE = re.compile("<Code>([^<]*)</Code>")
MESSAGE = re.compile("<Message>([^<]*)</Message>")
LONGEST = 300


def refusal_in(error: BaseException) -> str:
    """Return the status, and S3's or Azure's code and message, or else the cause."""
    text = str(error)
    told = [found[1] for pattern in (STATUS, CODE) if (found := pattern.search(text))]
    if not told:
        # What it did, and for how long, comes first; what follows is for who looks for
        # a fault in it.
        told = [text.partition("\n")[0].rpartition(" - ")[2]]
    if found := MESSAGE.search(text):
        told[-1] += f": {found[1]}"
    return redacted(" ".join(told))[:LONGEST].rstrip(". ")
