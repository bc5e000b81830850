"""The stock command is only looked at: decorated, mocked or subclassed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import django
import pytest
from django.contrib.staticfiles.management.commands.collectstatic import Command
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from tests.run.blocks import current
from tests.sites.bucket import Bucket
from tests.sites.site import (
    MANIFEST,
    PLAIN,
    STOCK_MANIFEST,
    STOCK_PLAIN,
    Site,
)

KINDS = pytest.mark.parametrize(
    ("ours", "theirs"),
    [(MANIFEST, STOCK_MANIFEST), (PLAIN, STOCK_PLAIN)],
    ids=["manifest", "plain"],
)
BOTH = pytest.mark.parametrize("backend", [MANIFEST, PLAIN], ids=["manifest", "plain"])
FLAGS = pytest.mark.parametrize(
    "flags", [(), ("--no-post-process",), ("--dry-run",)], ids=str
)
SOURCES = {
    "css/base.css": "b { background: url(../logo.png) }",
    "logo.png": "PNG",
    "app.js": "1",
}
RESULTS = ("modified", "unmodified", "post_processed", "skipped", "deleted")


@pytest.fixture
def site(site: Site) -> Site:
    site.write(SOURCES)
    return site


@pytest.fixture
def stock(site: Site) -> Bucket:
    return Bucket(site.server.url, "stock")


def timed(collect: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(collect)
    def timed(*args: Any, **options: Any) -> Any:
        return collect(*args, **options)

    return timed


def untold(collect: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate without a word of what is decorated."""
    return lambda *args, **options: collect(*args, **options)


DECORATORS: dict[str, Callable[[Any], Any]] = {
    "functools.wraps": timed,
    "functools.wraps twice": lambda collect: timed(timed(collect)),
    "no functools.wraps": untold,
    "functools.partialmethod": lambda collect: functools.partialmethod(collect),
}


@KINDS
@pytest.mark.parametrize("decorated", DECORATORS.values(), ids=DECORATORS)
def test_decorated_collect(
    site: Site,
    bucket: Bucket,
    stock: Bucket,
    ours: str,
    theirs: str,
    decorated: Callable[[Any], Any],
) -> None:
    with mock.patch.object(Command, "collect", decorated(Command.collect)):
        our_run = site.collect(backend=ours)
        their_run = site.collect(backend=theirs, bucket_name=stock.name)

    assert our_run.summary == their_run.summary
    assert bucket.objects() == stock.objects()


@KINDS
def test_mocked_collect(site: Site, bucket: Bucket, ours: str, theirs: str) -> None:
    """As in a project's tests of its own command."""
    collected: dict[str, list[str]] = {name: [] for name in RESULTS}
    fake = mock.MagicMock(return_value=collected)

    with mock.patch.object(Command, "collect", fake):
        assert site.collect(backend=ours).stdout == site.collect(backend=theirs).stdout
        storage = site.storage(ours)
        assert not storage.exists("app.js")
        storage.save("app.js", ContentFile(b"1"))

    assert bucket.keys() == ["app.js"]


class Verbose(Command):
    """A project's own command, with everything overridden that calls super()."""

    def set_options(self, **options: Any) -> None:
        super().set_options(**options)
        self.seen: list[str] = []

    def collect(self) -> dict[str, list[str]]:
        return super().collect()

    def copy_file(self, path: str, prefixed_path: str, source_storage: Any) -> Any:
        self.seen.append(prefixed_path)
        return super().copy_file(path, prefixed_path, source_storage)

    def delete_file(self, path: str, prefixed_path: str, source_storage: Any) -> Any:
        return super().delete_file(path, prefixed_path, source_storage)


class Wrapping(Command):
    def collect(self) -> dict[str, list[str]]:
        with mock.patch.object(self, "log", self.log):
            return super().collect()


class OwnStorage(Command):
    """It collects into another storage than that of the settings."""

    def set_options(self, **options: Any) -> None:
        super().set_options(**options)
        self.storage = options["into"]


@KINDS
@pytest.mark.parametrize("command", [Verbose, Wrapping])
def test_subclass_of_the_command(
    site: Site,
    bucket: Bucket,
    stock: Bucket,
    ours: str,
    theirs: str,
    command: type[Command],
) -> None:
    for _ in range(2):
        site.date(seconds_from_now=60)
        our_run = site.collect(backend=ours, command=command())
        site.collect(backend=theirs, bucket_name=stock.name, command=command())

    assert our_run.requests.keys() == []
    assert "3 unmodified" in our_run.summary
    assert bucket.objects() == stock.objects()


@BOTH
def test_command_that_collects_elsewhere(
    site: Site, bucket: Bucket, stock: Bucket, backend: str
) -> None:
    elsewhere = site.storage(backend, bucket_name=stock.name)

    with override_settings(**site.settings(backend)):
        command = OwnStorage()
        command.requires_system_checks = ()
        command.handle(
            **{
                "interactive": False,
                "verbosity": 0,
                "link": False,
                "clear": False,
                "dry_run": False,
                "ignore_patterns": [],
                "use_default_ignore_patterns": True,
                "post_process": True,
                "into": elsewhere,
            }
        )

    assert bucket.keys() == []
    assert {*SOURCES} <= {*stock.keys()}


class Watched(Command):
    """It looks at its own attributes whenever it copies a file."""

    def set_options(self, **options: Any) -> None:
        super().set_options(**options)
        self.types: set[type] = set()

    def copy_file(self, path: str, prefixed_path: str, source_storage: Any) -> Any:
        result = super().copy_file(path, prefixed_path, source_storage)
        self.types |= {
            type(value) for name, value in vars(self).items() if name.endswith("_files")
        }
        return result


@BOTH
@FLAGS
def test_attributes_of_the_command_are_its_own(
    site: Site, backend: str, flags: tuple[str, ...]
) -> None:
    command = Watched()

    for _ in range(2):
        site.collect(*flags, backend=backend, command=command)

        assert command.types == {list}
        assert command.post_process is ("--no-post-process" not in flags)
        assert command.dry_run is ("--dry-run" in flags)
        assert command.clear is False
        assert type(command).__dict__.keys() >= {"set_options", "copy_file"}
        assert "log" not in vars(command)


@BOTH
def test_attributes_of_a_command_that_failed_are_its_own(
    site: Site, backend: str
) -> None:
    """A list stays a list, and the next call with the same command works."""
    command = Watched()
    site.server.fail("PutObject", status=403, code="AccessDenied")

    with pytest.raises(CommandError, match="could not be uploaded"):
        site.collect("--no-post-process", backend=backend, command=command)
    assert command.types == {list}

    site.server.heal()
    run = site.collect("--no-post-process", backend=backend, command=command)
    assert run.summary.startswith("3 static files copied")


@KINDS
@FLAGS
def test_summary_counts_as_with_stock(
    site: Site,
    stock: Bucket,
    ours: str,
    theirs: str,
    flags: tuple[str, ...],
) -> None:
    for changes in ({}, {"app.js": "2"}):
        site.write(changes)
        ours_summary = site.collect(*flags, backend=ours).summary
        site.date(seconds_from_now=60)
        options = {"backend": theirs, "bucket_name": stock.name}
        theirs_summary = site.collect(*flags, **options).summary
        if not changes:
            assert ours_summary == theirs_summary

    assert ours_summary.split()[0] in ("0", "1", "3")


LOCAL = {
    "manifest": (
        "tests.sites.generic_storages.LocalManifest",
        "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
    ),
    "plain": (
        "tests.sites.generic_storages.LocalPlain",
        "django.contrib.staticfiles.storage.StaticFilesStorage",
    ),
}


class Disk:
    """Two directories, collected into with ours and with stock."""

    def __init__(self, directory: Path, sources: Path) -> None:
        self.sources = sources
        self.directory = directory

    def collect(self, backend: str, root: str, *flags: str) -> str:
        """Return the summary, in whatever directory it was."""
        stdout = StringIO()
        where = self.directory / root
        with override_settings(
            INSTALLED_APPS=["django.contrib.staticfiles"],
            STATIC_URL="/static/",
            STATIC_ROOT=str(where),
            STATICFILES_DIRS=[str(self.sources)],
            STORAGES={"staticfiles": {"BACKEND": backend}},
        ):
            call_command("collectstatic", "--noinput", *flags, stdout=stdout)
        summary = [line for line in stdout.getvalue().splitlines() if line][-1]
        return summary.replace(str(where), "ROOT")

    def files(self, root: str) -> dict[str, bytes]:
        where = self.directory / root
        return {
            str(path.relative_to(where)): path.read_bytes()
            for path in where.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def disk(site: Site, tmp_path: Path) -> Disk:
    return Disk(tmp_path, site.sources)


def local_site(disk: Disk, site: Site, backend: str, root: str) -> None:
    """Collect, and have since then something to delete and something to copy."""
    site.write(SOURCES)
    disk.collect(backend, root)
    (disk.directory / root / "stale.txt").write_text("stale")
    site.write({"app.js": "2"})
    site.date(seconds_from_now=60)


@pytest.mark.parametrize(("ours", "theirs"), LOCAL.values(), ids=LOCAL)
@pytest.mark.parametrize("flags", [(), ("--dry-run",)], ids=str)
def test_first_summary_on_disk_counts_as_with_stock(
    disk: Disk, ours: str, theirs: str, flags: tuple[str, ...]
) -> None:
    assert disk.collect(ours, "ours", *flags) == disk.collect(theirs, "theirs", *flags)
    assert disk.files("ours") == disk.files("theirs")


@pytest.mark.parametrize(("ours", "theirs"), LOCAL.values(), ids=LOCAL)
def test_clear_on_disk_leaves_what_stock_leaves_and_counts_what_goes(
    disk: Disk, site: Site, ours: str, theirs: str
) -> None:
    """Stock deletes and copies all of it, and counts that."""
    local_site(disk, site, theirs, "theirs")
    disk.collect(theirs, "theirs", "--clear")
    local_site(disk, site, ours, "ours")
    before = disk.files("ours")

    summary = disk.collect(ours, "ours", "--clear")

    after = disk.files("ours")
    gone = before.keys() - after.keys()
    plural = "" if len(gone) == 1 else "s"
    assert after == disk.files("theirs")
    counted = f"{len(gone)} static file{plural} deleted"
    assert summary.startswith(counted if django.VERSION >= (6, 0) else "")
    assert "1 static file copied" in summary
    assert "2 unmodified" in summary


@pytest.fixture(params=["the class", "the instance"])
def replaced(request: pytest.FixtureRequest) -> Callable[[], Any]:
    """Put another ``post_process()`` in the place of the storage's own."""

    def replace() -> AbstractContextManager[Any]:
        storage = current._wrapped
        where = type(storage) if request.param == "the class" else storage
        return mock.patch.object(where, "post_process", mock.Mock())

    return replace


@BOTH
def test_replaced_post_process_is_refused(
    site: Site, bucket: Bucket, replaced: Callable[[], Any], backend: str
) -> None:
    with override_settings(**site.settings(backend)):
        current.exists("app.js")
        with (
            replaced(),
            pytest.raises(CommandError, match=r"post_process\(\) of S3.* was replaced"),
        ):
            call_command("collectstatic", "--noinput", verbosity=0)
        assert bucket.keys() == []

        call_command("collectstatic", "--noinput", verbosity=0)

    assert "app.js" in bucket.objects()


def test_remedy_for_a_replaced_post_process(
    site: Site, replaced: Callable[[], Any]
) -> None:
    with override_settings(**site.settings()):
        current.exists("app.js")
        with replaced(), pytest.raises(CommandError, match=r"class that inherits this"):
            call_command("collectstatic", "--noinput", verbosity=0)
