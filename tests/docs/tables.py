"""What the guides say of the settings that leave obstore out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tests.docs.snippets import ROOT

ROW = re.compile(r"^   \* - ``(.+?)``$", re.MULTILINE)


def disagreements(guide: str, reasons: Sequence[str]) -> list[str]:
    """
    Return the reasons that a guide's table does not have, and its rows without one.

    A row is a reason as a run words it, with "…" for what differs.
    """
    rows = ROW.findall((ROOT / guide).read_text())
    return [
        *(reason for reason in reasons if not any(covers(reason, row) for row in rows)),
        *(row for row in rows if not any(covers(reason, row) for reason in reasons)),
    ]


def covers(reason: str, row: str) -> bool:
    return re.fullmatch(re.escape(row).replace("…", ".+"), reason) is not None
