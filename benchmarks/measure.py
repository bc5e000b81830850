"""Wall clock, CPU and peak memory of commands that run in fresh processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

LAUNCHER = Path(__file__).with_name("launch.py")
NULL_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "benchmark",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
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
    with TemporaryDirectory() as directory:
        result_path = Path(directory) / "result.json"
        process = subprocess.run(
            [sys.executable, "-IS", LAUNCHER, result_path, json.dumps(commands)],
            cwd=directory,
            env={**os.environ, **NULL_CREDENTIALS, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if process.returncode:
            raise CommandFailed(f"{commands}\n{process.stdout[-2000:]}")
        results = json.loads(result_path.read_text())
    return Cost(
        wall=sum(result["wall"] for result in results),
        cpu=sum(result["cpu"] for result in results),
        peak_memory=max(result["peak_memory"] for result in results),
        output=process.stdout,
    )
