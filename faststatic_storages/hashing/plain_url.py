"""Spare what Django asks for and does not use."""

from __future__ import annotations

from typing import Any

from django.utils.encoding import filepath_to_uri

from faststatic_storages.hashing.notes import notes_of
from faststatic_storages.run.parent import ParentStorage
from faststatic_storages.run.run import Run


class PlainUrlMixin(ParentStorage):
    """
    Spare the parent's ``url()`` where Django's converter asks; stands behind Django's.

    Of the URL of each reference it takes the last segment and drops the rest, and an
    SDK spends half a millisecond on signing nothing.
    """

    def url(self, name: Any, *args: Any, **kwargs: Any) -> Any:
        url = super().url
        entry = self._runs.entered() if self._runs.any else None
        notes = notes_of(entry.run) if entry is not None else None
        if (
            entry is not None
            and notes is not None
            and notes.is_converting
            and self._has_plain_url(entry.run)
        ):
            return f"/{filepath_to_uri(name)}"
        return url(name, *args, **kwargs)

    def _has_plain_url(self, run: Run) -> bool:
        return run.provider.is_plain_url(super().url)
