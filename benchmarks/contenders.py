"""What is compared: a table of ways to get static files into a bucket."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.corpora import Sizes

COLLECT = ("-m", "django", "collectstatic", "--noinput", "--verbosity=1")
OURS = "faststatic_storages.backends.s3.S3ManifestStaticStorage"
OURS_PLAIN = "faststatic_storages.backends.s3.S3StaticStorage"
DJANGO_STORAGES = "storages.backends.s3.S3ManifestStaticStorage"
LOCAL = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"

# What the others are compared with: there is one of each wherever anything runs.
REFERENCES = ("ours", "plain")
FLOORS = ("floor", "plain-floor")

KMS = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "benchmark"}
EXPIRES = {"Expires": "Tue, 01 Jan 2036 00:00:00 GMT"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where one contender works: a bucket, the sources, and its own directory."""

    endpoint: str
    bucket: str
    sources: Path
    state: Path

    @property
    def static_root(self) -> Path:
        return self.state / "static_root"

    def wipe(self) -> None:
        shutil.rmtree(self.state, ignore_errors=True)
        self.state.mkdir(parents=True)


@dataclass(frozen=True, slots=True)
class Contender:
    """
    One way to deploy: Python with ``arguments``, and the command of a copying tool.

    ``keeps_state`` says that a run is quicker for what the one before left on the disk,
    or left otherwise in the bucket than ours. ``is_exact``: the bucket has to be as the
    others' buckets. ``neighbours`` is how many keys of others are in it. The package is
    imported from ``checkout``, or else as it is installed.
    """

    title: str
    backend: str = LOCAL
    arguments: tuple[str, ...] = COLLECT
    options: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    tool: tuple[str, ...] = ()
    keeps_state: bool = False
    is_exact: bool = True
    neighbours: int = 0
    checkout: Path | None = None

    def commands(self, place: Place) -> list[list[str]]:
        """Return what to run, in the project; the tool's words name the place."""
        commands = [[sys.executable, *self.arguments]] if self.arguments else []
        if self.tool:
            program, *arguments = (word.format(place=place) for word in self.tool)
            path = Path(sys.executable).with_name(program)
            commands.append([str(path), *arguments])
        return commands

    def environ(self, place: Place) -> dict[str, str]:
        """Return the environment variables that configure the project."""
        address = {"bucket_name": place.bucket, "endpoint_url": place.endpoint}
        options = {} if self.backend == LOCAL else {**address, **self.options}
        storage = {"BACKEND": self.backend, "OPTIONS": options}
        cache = {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(place.state / "cache"),
            "TIMEOUT": None,
            "OPTIONS": {"MAX_ENTRIES": 1_000_000},
        }
        settings = {
            "CACHES": {"default": cache},
            "STATICFILES_DIRS": sorted(map(str, place.sources.iterdir())),
            "STATIC_ROOT": str(place.static_root),
            "STORAGES": {"staticfiles": storage},
            **self.settings,
        }
        path = {"PYTHONPATH": str(self.checkout)} if self.checkout else {}
        return {"BENCHMARK_SETTINGS": json.dumps(settings), **path}


def collectfasta(threads: int, title: str) -> Contender:
    strategy = "collectfasta.strategies.boto3.Boto3ManifestMemoryStrategy"
    settings = {
        "COLLECTFASTA_STRATEGY": strategy,
        "COLLECTFASTA_THREADS": threads,
        "INSTALLED_APPS": ["collectfasta", "django.contrib.staticfiles"],
    }
    title = f"collectfasta, {title}"
    return Contender(title, DJANGO_STORAGES, settings=settings, keeps_state=True)


def s5cmd(command: str, source: str) -> tuple[str, ...]:
    endpoint = "--endpoint-url={place.endpoint}"
    return ("s5cmd", endpoint, "--log=error", command, source, "s3://{place.bucket}/")


TO_AWS = (
    *("aws", "--endpoint-url={place.endpoint}", "s3", "sync"),
    *("--only-show-errors", "{place.static_root}", "s3://{place.bucket}"),
)
TO_S5CMD = s5cmd("sync", "{place.static_root}/")
BY_S5CMD = s5cmd("cp", "{place.sources}/synthetic/")
PEERS = {
    "floor": Contender("the floor", OURS, ("floor.py",), is_exact=False),
    "plain-floor": Contender("the floor", OURS_PLAIN, ("floor.py",)),
    "django-storages": Contender("django-storages", DJANGO_STORAGES),
    "collectfasta-1": collectfasta(0, "1 thread"),
    "collectfasta-20": collectfasta(20, "20 threads"),
    "aws-sync": Contender("local, then aws s3 sync", tool=TO_AWS, keeps_state=True),
    "s5cmd-sync": Contender("local, then s5cmd sync", tool=TO_S5CMD, keeps_state=True),
    "s5cmd-cp": Contender("s5cmd cp", arguments=(), tool=BY_S5CMD),
}


def contenders(
    options: Mapping[str, Any], before: Path | None, sizes: Sizes
) -> dict[str, Contender]:
    """
    Return all by name.

    ``options`` go into the OPTIONS of our storage; ``before`` is another checkout.
    """
    name = "faststatic_storages"

    def ours(words: str, also: Mapping[str, Any] = {}, **kwargs: Any) -> Contender:
        return Contender(name + words, OURS, options={**options, **also}, **kwargs)

    acl = {"default_acl": "public-read"}
    # Without a ledger, nobody knows what is behind an ETag of SSE-KMS.
    kms = {"ledger": True, "object_parameters": KMS}
    expires = {"object_parameters": EXPIRES}
    known = {
        "ours": ours(""),
        "before": ours(", before", checkout=before, keeps_state=True),
        "ours-sdk": ours(", boto3", {"transport": "sdk"}),
        "acl": ours(", with default_acl", acl, keeps_state=True),
        "kms": ours(", with SSE-KMS", kms, keeps_state=True, is_exact=False),
        "expires": ours(", with Expires", expires, keeps_state=True),
        "neighbours": ours(", among others' keys", neighbours=sizes.neighbours),
        "plain": Contender(f"{name}, without hashing", OURS_PLAIN, options=options),
        **PEERS,
    }
    if before is None:
        del known["before"]
    return known
