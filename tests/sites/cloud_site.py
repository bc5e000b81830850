"""A Django project whose static files go to a cloud, and the stock command on it."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.test import override_settings

from tests.servers.recording import Requests
from tests.sites.clouds import Cloud
from tests.sites.output import Output
from tests.sites.parity import options_of_parity
from tests.sites.site import at_once


class CloudRun(Output):
    """What one run said and sent."""

    def __init__(self, stdout: str, requests: Requests) -> None:
        super().__init__(stdout)
        self.stdout = stdout
        self.requests = requests


class CloudSite:
    def __init__(self, directory: Path, cloud: Cloud) -> None:
        self.sources = directory / "static"
        self.sources.mkdir()
        self.cloud = cloud
        self.headers_of_stock = True
        """Whether ours sends the headers that django-storages sends, and no more."""

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            path = self.sources / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def date(self, *, seconds_from_now: float) -> None:
        """Set the time of modification of every source."""
        when = time.time() + seconds_from_now
        for path in self.sources.rglob("*"):
            os.utime(path, (when, when))

    def collect(self, *arguments: str, backend: str = "", **options: Any) -> CloudRun:
        """Run the command on a storage constructed for it."""
        stdout = StringIO()
        seen = len(self.cloud.proxy.requests)
        backend = backend or self.cloud.manifest
        parity = options_of_parity(backend) if self.headers_of_stock else {}
        storage = {
            "BACKEND": backend,
            "OPTIONS": self.cloud.options() | at_once(backend) | parity | options,
        }
        with override_settings(
            INSTALLED_APPS=["django.contrib.staticfiles"],
            STATIC_URL="/static/",
            STATICFILES_DIRS=[self.sources],
            STORAGES={"staticfiles": storage},
        ):
            call_command("collectstatic", "--noinput", *arguments, stdout=stdout)
        return CloudRun(stdout.getvalue(), Requests(self.cloud.proxy.requests[seen:]))
