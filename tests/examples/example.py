"""An example, run in a directory of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

# The demo collects these; they would take half a minute here.
LARGE = ("admin", "flags", "grappelli", "rest_framework", "tinymce", "django_tinymce")
IGNORE_LARGE = [f"--ignore={directory}" for directory in LARGE]


class Example:
    """A copy of an example, for its commands to write into."""

    def __init__(self, name: str, directory: Path, server: S3Server) -> None:
        self.directory = directory / name
        self.server = server
        self.bucket = Bucket(server.url, name)
        shutil.copytree(
            EXAMPLES / name,
            self.directory,
            ignore=shutil.ignore_patterns("__pycache__", "build"),
        )

    def run(self, *arguments: str) -> str:
        """Run Python in the example's directory; return what it prints."""
        self.server.requests.clear()
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.directory,
            env=os.environ
            | {"AWS_ENDPOINT_URL_S3": self.server.url, "PYTHONWARNINGS": "error"},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def collect(self, *arguments: str) -> str:
        return self.run("manage.py", "collectstatic", "--noinput", *arguments)
