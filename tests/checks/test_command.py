"""Another app's ``collectstatic`` in the place of Django's: by the checks, in a run."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.management.commands.collectstatic import Command
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.core.management import call_command
from django.test import override_settings
from storages.backends.s3 import S3Storage

from tests.checks.checking import check, hint, ids
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, PLAIN, STOCK_PLAIN, Site

CALLING = """
class Command(collectstatic.Command):
    def collect(self):
        return super().collect()
"""
OWN = """
class Command(collectstatic.Command):
    def collect(self):
        return {}
"""
STOCK = "Command = collectstatic.Command"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make an app that has a ``collectstatic``."""
    monkeypatch.syspath_prepend(tmp_path)

    def install(app: str, command: str) -> None:
        directory = tmp_path / app / "management" / "commands"
        directory.mkdir(parents=True)
        (tmp_path / app / "__init__.py").touch()
        (directory / "collectstatic.py").write_text(
            "from django.contrib.staticfiles.management.commands import collectstatic\n"
            + command
        )

    return install


@pytest.mark.parametrize(
    ("app", "command", "expected"),
    [
        ("collectstupid", STOCK, ["E012"]),
        ("app_of_its_own", OWN, ["W005"]),
        ("app_that_calls", CALLING, []),
        ("app_with_stock_s", STOCK, []),
    ],
)
def test_check_of_the_command(
    site: Site, install: Any, app: str, command: str, expected: list[str]
) -> None:
    install(app, command)

    messages = check(site, apps=[app])

    assert ids(messages) == expected
    for message in messages:
        assert message.obj == "INSTALLED_APPS"
        assert f"Remove {app!r} from INSTALLED_APPS" in hint(message)


def test_command_matters_where_the_storage_is_ours(site: Site, install: Any) -> None:
    install("collectfast", STOCK)
    ours = site.settings(PLAIN)["STORAGES"]["staticfiles"]

    assert check(site, STOCK_PLAIN, apps=["collectfast"], others={"more": ours}) == []


class Replacing(Command):
    """Does what Django's does."""


Replacing.__module__ = "collectfasta.management.commands.collectstatic"


class Redirecting(Replacing):
    """Looks at the storage, then takes another one."""

    def set_options(self, **options: Any) -> None:
        assert isinstance(self.storage, S3Storage)
        self.storage = InMemoryStorage()
        super().set_options(**options)


class Bypassing(Command):
    """Calls nothing of Django's."""

    def collect(self) -> dict[str, list[str]]:
        for name in ("a.js", "b.js"):
            self.storage.save(name, ContentFile(b"1"))
        names = ("modified", "unmodified", "post_processed", "skipped", "deleted")
        return {name: [] for name in names}


Redirecting.__module__ = Replacing.__module__


@pytest.mark.parametrize("backend", [PLAIN, MANIFEST], ids=["plain", "manifest"])
@pytest.mark.parametrize("command", [Replacing, Redirecting], ids=["in ours", "aside"])
def test_command_that_is_not_needed_is_told(
    site: Site, backend: str, command: type[Command]
) -> None:
    site.write({"app.js": "1"})

    run = site.collect(backend=backend, command=command())

    [line] = run.stderr.splitlines()
    assert line.startswith("Warning: collectstatic is the command of collectfasta")
    assert "Remove 'collectfasta' from INSTALLED_APPS. " in line
    assert line.endswith("(faststatic_storages.E012)")


def test_command_that_bypasses_runs_is_told_once(site: Site, bucket: Bucket) -> None:
    run = site.collect(backend=PLAIN, command=Bypassing())

    [line] = run.stderr.splitlines()
    assert "is the command of tests.checks.test_command, which does not call" in line
    assert bucket.keys() == ["a.js", "b.js"]


@pytest.mark.parametrize("command", [Replacing, Bypassing], ids=["run", "no run"])
def test_storage_that_was_there_before_the_command(
    site: Site, command: type[Command]
) -> None:
    stderr = StringIO()

    with override_settings(**site.settings(PLAIN)):
        staticfiles_storage.url("a.js")
        call_command(command(), "--noinput", verbosity=1, stderr=stderr)

    assert len(stderr.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "silenced"),
    [(["--verbosity=0"], []), ([], ["faststatic_storages.E012"])],
    ids=["verbosity", "silenced"],
)
def test_who_wants_to_hear_nothing(
    site: Site, arguments: list[str], silenced: list[str]
) -> None:
    with override_settings(SILENCED_SYSTEM_CHECKS=silenced):
        run = site.collect(*arguments, backend=PLAIN, command=Replacing())

    assert run.stderr == ""
