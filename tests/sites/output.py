"""What a run printed."""

from __future__ import annotations


class Output:
    """The lines of a run, of which the last are ours and Django's."""

    def __init__(self, stdout: str) -> None:
        self.lines = [line for line in stdout.splitlines() if line]

    @property
    def summary(self) -> str:
        """Django's own last line."""
        return self.lines[-1]

    @property
    def closing(self) -> str:
        """Our line before it."""
        return self.lines[-2]

    @property
    def sent(self) -> str:
        """What it says of the objects, without what that took."""
        return self.closing.partition(". ")[0] + "."
