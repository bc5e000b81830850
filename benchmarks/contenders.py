"""What is compared: a table of ways to get static files into a bucket."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COLLECT = ("-m", "django", "collectstatic", "--noinput", "--verbosity=1")
OURS = "faststatic_storages.backends.s3.S3ManifestStaticStorage"
OURS_PLAIN = "faststatic_storages.backends.s3.S3StaticStorage"
DJANGO_STORAGES = "storages.backends.s3.S3ManifestStaticStorage"
LOCAL = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"

SCENARIOS = ("cold", "unchanged", "fresh-mtimes", "changed")
EVERYWHERE = frozenset(SCENARIOS)


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

    ``slow_in`` has the scenarios that take minutes on a whole site: there, a slice of
    it is collected. ``keeps_state`` says that a run is quicker for what the one before
    left on the disk. ``is_exact``: the bucket has to be as the others' buckets.
    """

    title: str
    backend: str = LOCAL
    arguments: tuple[str, ...] = COLLECT
    options: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    tool: tuple[str, ...] = ()
    slow_in: frozenset[str] = frozenset()
    only_in: frozenset[str] = EVERYWHERE
    keeps_state: bool = False
    is_exact: bool = True

    def commands(self, place: Place) -> list[list[str]]:
        """Return what to run, in the project; the tool's words name the place."""
        commands = [[sys.executable, *self.arguments]] if self.arguments else []
        if self.tool:
            program, *arguments = (word.format(place=place) for word in self.tool)
            path = Path(sys.executable).with_name(program)
            commands.append([str(path), *arguments])
        return commands

    def environ(self, place: Place) -> dict[str, str]:
        """Return the environment variable that configures the project."""
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
        return {"BENCHMARK_SETTINGS": json.dumps(settings)}


def collectfasta(threads: int, title: str, **kwargs: Any) -> Contender:
    strategy = "collectfasta.strategies.boto3.Boto3ManifestMemoryStrategy"
    settings = {
        "COLLECTFASTA_STRATEGY": strategy,
        "COLLECTFASTA_THREADS": threads,
        "INSTALLED_APPS": ["collectfasta", "django.contrib.staticfiles"],
    }
    title = f"collectfasta, {title}"
    return Contender(title, DJANGO_STORAGES, settings=settings, **kwargs)


def s5cmd(source: str) -> tuple[str, ...]:
    endpoint = "--endpoint-url={place.endpoint}"
    return ("s5cmd", endpoint, "--log=error", "sync", source, "s3://{place.bucket}/")


def contenders(options: Mapping[str, Any]) -> dict[str, Contender]:
    """Return all by name; ``options`` go into the OPTIONS of our storage."""
    ours = "faststatic_storages"
    by_obstore = {**options, "transport": "obstore"}
    by_sdk = {**options, "transport": "sdk"}
    slow: dict[str, Any] = {"slow_in": EVERYWHERE}
    warm: dict[str, Any] = {"slow_in": frozenset({"cold"}), "keeps_state": True}
    no_cache: dict[str, Any] = {**slow, "only_in": EVERYWHERE - {"cold"}}
    to_aws = (
        *("aws", "--endpoint-url={place.endpoint}", "s3", "sync"),
        *("--only-show-errors", "{place.static_root}", "s3://{place.bucket}"),
    )
    to_s5cmd = s5cmd("{place.static_root}/")
    return {
        "ours": Contender(ours, OURS, options=options),
        "floor": Contender("the floor", OURS, ("floor.py",), is_exact=False),
        "ours-obstore": Contender(f"{ours}, obstore", OURS, options=by_obstore),
        "ours-sdk": Contender(f"{ours}, boto3", OURS, options=by_sdk),
        "django-storages": Contender("django-storages", DJANGO_STORAGES, **slow),
        "collectfasta-1": collectfasta(0, "1 thread", **warm),
        "collectfasta-20": collectfasta(20, "20 threads", **warm),
        "collectfasta-1-cold-cache": collectfasta(
            0, "1 thread, cold cache", **no_cache
        ),
        "collectfasta-20-cold-cache": collectfasta(
            20, "20 threads, cold cache", **no_cache
        ),
        "aws-sync": Contender("local, then aws s3 sync", tool=to_aws, keeps_state=True),
        "s5cmd-sync": Contender(
            "local, then s5cmd sync", tool=to_s5cmd, keeps_state=True
        ),
    }


def plain_contenders(options: Mapping[str, Any]) -> dict[str, Contender]:
    """Return those that upload the files as they are, for the rate of uploads."""
    tool = s5cmd("{place.sources}/synthetic/")
    return {
        "ours": Contender("ours, plain", OURS_PLAIN, options=options),
        "floor": Contender("the floor, plain", OURS_PLAIN, ("floor.py",)),
        "s5cmd": Contender("s5cmd sync", arguments=(), tool=tool),
    }
