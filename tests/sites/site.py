"""A Django project in a directory, and the stock command run on it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.test import override_settings
from django.utils.module_loading import import_string

import faststatic_storages
from tests.servers.s3 import Requests, S3Server
from tests.sites.output import Output
from tests.sites.parity import options_of_parity

PLAIN = "faststatic_storages.backends.s3.S3StaticStorage"
MANIFEST = "faststatic_storages.backends.s3.S3ManifestStaticStorage"
STOCK_PLAIN = "storages.backends.s3.S3StaticStorage"
STOCK_MANIFEST = "storages.backends.s3.S3ManifestStaticStorage"

# What Django raises for a file that it cannot post-process: CommandError since 6.1.
POST_PROCESS_ERRORS = (CommandError, RuntimeError, ValueError)

MANAGE = """\
import os
import sys

from django.core.management import execute_from_command_line

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
execute_from_command_line(sys.argv)
"""


# Options that let --clear delete at once: what is deleted when has its own tests.
AT_ONCE = {
    "grace": 0,
    "keep_releases": 0,
    "exclusive": True,
    "max_unknown_deletions": 10_000,
}


def at_once(backend: str) -> dict[str, Any]:
    """Return those options if the class has them; a project's own says for itself."""
    try:
        return AT_ONCE if hasattr(import_string(backend), "grace") else {}
    except ImportError:
        return {}


class Run(Output):
    """What one run said and sent."""

    def __init__(self, stdout: str, stderr: str, requests: Requests) -> None:
        super().__init__(stdout)
        self.stdout = stdout
        self.stderr = stderr
        self.requests = requests


class Site:
    def __init__(self, directory: Path, server: S3Server, bucket: str) -> None:
        self.directory = directory
        self.sources = directory / "static"
        self.sources.mkdir()
        self.dirs: list[str | tuple[str, str]] = [str(self.sources)]
        self.server = server
        self.bucket = bucket
        self.headers_of_stock = True
        """Whether ours sends the headers that django-storages sends, and no more."""

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            path = self.sources / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def remove(self, name: str) -> None:
        (self.sources / name).unlink()

    def date(self, *, seconds_from_now: float) -> None:
        """Set the time of modification of every source."""
        when = time.time() + seconds_from_now
        for path in self.sources.rglob("*"):
            os.utime(path, (when, when))

    def settings(self, backend: str = MANIFEST, **options: Any) -> dict[str, Any]:
        defaults = {
            "bucket_name": self.bucket,
            "endpoint_url": self.server.url,
            "region_name": "us-east-1",
            "access_key": "key",
            "secret_key": "secret",
            # Without one, url() signs, for which boto3 takes 0.2 s to get ready.
            "custom_domain": "static.example.com",
            **at_once(backend),
            **(options_of_parity(backend) if self.headers_of_stock else {}),
        }
        return {
            "INSTALLED_APPS": ["django.contrib.staticfiles"],
            "STATIC_URL": "/static/",
            "STATICFILES_DIRS": self.dirs,
            "STORAGES": {
                "staticfiles": {"BACKEND": backend, "OPTIONS": defaults | options}
            },
        }

    def collect(
        self,
        *arguments: str,
        backend: str = MANIFEST,
        command: str | BaseCommand = "collectstatic",
        **options: Any,
    ) -> Run:
        """Run the command in this process, on a storage constructed for it."""
        stdout, stderr = StringIO(), StringIO()
        seen = len(self.server.requests)
        with override_settings(**self.settings(backend, **options)):
            call_command(command, "--noinput", *arguments, stdout=stdout, stderr=stderr)
        return Run(
            stdout.getvalue(),
            stderr.getvalue(),
            Requests(self.server.requests[seen:]),
        )

    def storage(self, backend: str = MANIFEST, **options: Any) -> Any:
        """Construct the storage as a web process does."""
        configured = self.settings(backend, **options)["STORAGES"]["staticfiles"]
        return import_string(backend)(**configured["OPTIONS"])

    def start(
        self,
        *arguments: str,
        backend: str = MANIFEST,
        launcher: Sequence[str] = (sys.executable,),
        **options: Any,
    ) -> subprocess.Popen[str]:
        """Run manage.py in a process of its own."""
        return subprocess.Popen(
            [*launcher, "manage.py", *arguments],
            cwd=self.directory,
            env=self.environment(backend, **options),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def output_of(
        self, code: str, *arguments: str, backend: str = MANIFEST, **options: Any
    ) -> list[str]:
        """Run the code in a process of its own; return the lines that it printed."""
        output = subprocess.check_output(
            [sys.executable, "-c", code, *arguments],
            cwd=self.directory,
            env=self.environment(backend, **options),
            text=True,
            timeout=60,
        )
        return output.splitlines()

    def environment(self, backend: str, **options: Any) -> dict[str, str]:
        """Return that of a process that has the site's settings and manage.py."""
        (self.directory / "manage.py").write_text(MANAGE)
        settings = self.settings(backend, **options)
        (self.directory / "settings.py").write_text(
            "".join(f"{name} = {value!r}\n" for name, value in settings.items())
        )
        # The package that the tests run on, be it a checkout or an installed wheel.
        package = Path(faststatic_storages.__file__).parents[1]
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "settings",
            "PYTHONPATH": str(package),
        }
