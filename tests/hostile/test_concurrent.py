"""Twelve runs of two releases, four at a time, half of them with --clear."""

from __future__ import annotations

import random
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from tests.hostile.figures import Figures
from tests.hostile.looking import Look, look
from tests.hostile.releases import release
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import Site

RUNS = 12
AT_ONCE = 4
LONGEST_PAUSE_IN_SECONDS = 0.02
MANIFESTS = ("manifest-a.json", "manifest-b.json")
STORAGES = """\
from faststatic_storages.backends.s3 import S3ManifestStaticStorage

class Release(S3ManifestStaticStorage):
    manifest_name = {!r}
"""
# The options that say how long what is named no more stays.
RETENTION: dict[str, Any] = {"exclusive": True, "max_unknown_deletions": 10_000}


def broken_looks(bucket: Bucket, figures: Figures, over: threading.Event) -> list[Look]:
    """Look at both manifests until it is over; return what was not whole."""
    looks = []
    while not over.wait(timeout=0.02):
        there = set(bucket.keys()).intersection(MANIFESTS)
        for name in there:
            seen = Look(lost=[name], wrong=[])
            with suppress(ClientError):
                seen = look(bucket, figures, manifest=name)
            looks.append(seen)
    return [one for one in looks if not one.is_whole]


def start(site: Site, number: int) -> subprocess.Popen[str]:
    module = STORAGES.format(MANIFESTS[number % 2])
    (site.directory / "storages_of_the_project.py").write_text(module)
    return site.start(
        "collectstatic",
        "--noinput",
        *["--clear"] * (number % 4 // 2),
        backend="storages_of_the_project.Release",
        **RETENTION,
    )


def test_concurrent_runs(
    tmp_path: Path, bucket: Bucket, server: S3Server, figures: Figures
) -> None:
    chosen = random.Random(12)
    server.react(lambda request: time.sleep(LONGEST_PAUSE_IN_SECONDS * chosen.random()))
    sites = []
    for number in range(RUNS):
        (directory := tmp_path / str(number)).mkdir()
        sites.append(Site(directory, server, bucket.name))
        sites[-1].write(release(number))
    over, broken = threading.Event(), list[Look]()
    polling = threading.Thread(
        target=lambda: broken.extend(broken_looks(bucket, figures, over))
    )
    polling.start()

    try:
        for first in range(0, RUNS, AT_ONCE):
            processes = []
            for number in range(first, first + AT_ONCE):
                processes.append(start(sites[number], number))
                time.sleep(chosen.random() / 4)
            for process in processes:
                with figures.timed():
                    _, stderr = process.communicate(timeout=60)
                # The later of two may give way to the other, and says so.
                assert process.returncode == 0 or stderr.startswith("CommandError: ")
                figures.add()
    finally:
        over.set()
        polling.join()

    assert broken == []
    server.heal()
    for number in (RUNS - 2, RUNS - 1):
        process = start(sites[number], number)
        process.communicate(timeout=60)
        assert process.returncode == 0
        manifest = MANIFESTS[number % 2]
        assert look(bucket, figures, manifest=manifest).is_whole
        is_silent = set(bucket.paths(manifest)) != set(release(number))
        figures.add(silent=is_silent)
        assert not is_silent
