"""A working copy of a corpus, and what happens to it between two deploys."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpora import changed_file

LONG_AGO = 1_577_836_800  # 2020


@dataclass
class Sources:
    """Files that change. ``version`` counts how often they did."""

    corpus: str
    path: Path
    version: int = 0

    @classmethod
    def copy(cls, corpus: str, original: Path, path: Path) -> Sources:
        # A hundred thousand links are quicker than as many copies.
        shutil.copytree(original, path, copy_function=os.link)
        sources = cls(corpus, path)
        for file in sources.files():
            os.utime(file, (LONG_AGO, LONG_AGO))
        return sources

    def files(self) -> list[Path]:
        return [path for path in self.path.rglob("*") if path.is_file()]

    def prepare(self, scenario: str) -> None:
        """Make the change that the next deploy of the scenario finds."""
        match scenario:
            case "fresh-mtimes":
                for path in self.files():
                    os.utime(path)
            case "changed":
                path = self.path / changed_file(self.corpus)
                content = path.read_text()
                path.unlink()
                path.write_text(f"{content}\n/* version {self.version + 1} */\n")
            case _:
                return
        self.version += 1
        # Listings show whole seconds, by which some contenders decide.
        time.sleep(1.1)
