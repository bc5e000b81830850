"""One line that says what became of the objects."""

from __future__ import annotations


def summary(*, uploaded: int, unchanged: int, deleted: int, dry_run: bool) -> str:
    total = uploaded + unchanged
    would_be = "would be " if dry_run else ""
    return (
        f"{total} object{'' if total == 1 else 's'}: "
        f"{uploaded} {would_be}uploaded, {unchanged} unchanged"
        + (f", {deleted} {would_be}deleted." if deleted else ".")
    )
