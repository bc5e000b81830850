"""Files that no run has hashed: others put them there, and pages need their URLs."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from faststatic_storages.run.clearing import is_spared
from faststatic_storages.run.staging import StagedStorageMixin


class SparedMixin(StagedStorageMixin):
    """
    Let what ``clear_spares`` is for be found under its own name.

    The manifest names what the finders found, and to Django all else is missing.
    """

    def stored_name(self, name: str) -> str:
        if self.clear_spares:
            parts = urlsplit(unquote(name))
            path = parts.path.strip()
            if is_spared(path, self.clear_spares) and (
                self.hash_key(path) not in self._hashed_files()
            ):
                return parts._replace(path=path).geturl()
        return super().stored_name(name)
