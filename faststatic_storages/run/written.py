"""A file that is opened for writing in a run."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from faststatic_storages.providers.files import BinaryFile


class WrittenFile(BinaryFile):
    """What is written goes to ``save`` when the file is closed."""

    def __init__(self, name: str, save: Callable[[bytes], None]) -> None:
        self._body = BytesIO()
        super().__init__(self._body, name)
        self.mode = "wb"
        self._save = save

    def write(self, data: Any) -> int:
        return self._body.write(data.encode() if isinstance(data, str) else data)

    def close(self) -> None:
        if not self._body.closed:
            self._save(self._body.getvalue())
            super().close()
