"""Wall clock, CPU and peak memory of commands that run in fresh processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launch.py")
PROJECT = Path(__file__).with_name("project")
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "benchmark",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "DJANGO_SETTINGS_MODULE": "settings",
    "NO_PROXY": "127.0.0.1",
    "no_proxy": "127.0.0.1",
}


class CommandFailed(Exception):
    """A measured command did not exit with 0."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall clock, seconds of CPU, peak memory in bytes; what was printed."""

    wall: float
    cpu: float
    peak_memory: int
    output: str


def measure(commands: Sequence[Sequence[str]], environ: Mapping[str, str]) -> Cost:
    """Run the commands one after the other; their processes' children count too."""
    process = subprocess.run(
        [sys.executable, "-IS", LAUNCHER, json.dumps(commands)],
        # Not the checkout, which would shadow the installed package.
        cwd=PROJECT,
        env={**os.environ, **ENVIRONMENT, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if process.returncode:
        raise CommandFailed(f"{commands}\n{process.stdout[-2000:]}")
    output, _, cost = process.stdout.rstrip("\n").rpartition("\n")
    return Cost(**json.loads(cost), output=output)
