"""What a run has saved so far, laid over the bucket; nothing of it is sent yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from faststatic_storages.run.errors import RunError, reported_to_the_command
from faststatic_storages.sync.content import Content, HeldBytes, SpilledFile


class Overlay:
    """
    Staged content by key.

    Source files are referred to where they lie. Other bytes are held in memory up to
    ``max_memory`` bytes in all, and beyond that in a temporary directory.
    """

    def __init__(self, max_memory: int) -> None:
        self._max_memory = max_memory
        self._memory = 0
        self._contents: dict[str, Content] = {}
        self._directory: TemporaryDirectory[str] | None = None
        self._spilled = 0

    def __contains__(self, key: str) -> bool:
        return key in self._contents

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)

    def __getitem__(self, key: str) -> Content:
        return self._contents[key]

    def get(self, key: str) -> Content | None:
        return self._contents.get(key)

    def save(self, key: str, content: Content) -> None:
        """Stage ``content`` under ``key`` in place of what was staged there."""
        self.discard(key)
        self._contents[key] = content

    def discard(self, key: str) -> None:
        content = self._contents.pop(key, None)
        if isinstance(content, HeldBytes):
            self._memory -= content.size
        elif isinstance(content, SpilledFile):
            content.path.unlink()

    def withdraw(self, key: str) -> Content | None:
        """Take out what was staged, and leave it as it is."""
        return self._contents.pop(key, None)

    def hold(self, data: bytes) -> Content:
        """Keep bytes that exist nowhere else; ``save`` the result under one key."""
        if self._memory + len(data) <= self._max_memory:
            self._memory += len(data)
            return HeldBytes(data)
        with reported_to_the_command():
            return self._spill(data)

    def _spill(self, data: bytes) -> Content:
        try:
            path = self._new_path()
            path.write_bytes(data)
        except OSError as error:
            raise RunError(
                f"What is staged could not be written to a temporary file: "
                f"{error.strerror}. Make room, set TMPDIR to a directory that has "
                'more, or raise OPTIONS["max_staged_memory"], the bytes that are held '
                f"in memory, from {self._max_memory}."
            ) from error
        return SpilledFile(path)

    def _new_path(self) -> Path:
        if self._directory is None:
            self._directory = TemporaryDirectory(prefix="faststatic-")
        self._spilled += 1
        return Path(self._directory.name, str(self._spilled))

    def close(self) -> None:
        """Let go of everything that is held."""
        self._contents.clear()
        self._memory = 0
        if self._directory is not None:
            self._directory.cleanup()
            self._directory = None
