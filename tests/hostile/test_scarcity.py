"""A machine that has no room, no memory, no threads or no descriptors to spare."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from tests.hostile.figures import Figures
from tests.hostile.looking import look
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site

# In front of manage.py, in place of an administrator.
LIMITED = """\
import resource, runpy, sys
name, size = sys.argv[1:3]
kind = getattr(resource, name)
resource.setrlimit(kind, (int(size), resource.getrlimit(kind)[1]))
sys.argv = sys.argv[3:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
# More memory for the stack of each thread than there are addresses for.
WITHOUT_THREADS = """\
import runpy, sys, threading
threading.stack_size(1 << 46)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def limited(name: str, size: int) -> tuple[str, ...]:
    return (sys.executable, "-c", LIMITED, name, str(size))


MACHINES = {
    "300 MB of memory": limited("RLIMIT_AS", 300_000_000),
    "64 descriptors": limited("RLIMIT_NOFILE", 64),
    "no thread": (sys.executable, "-c", WITHOUT_THREADS),
}


@pytest.mark.parametrize(
    "machine",
    [
        # What measures the coverage needs more.
        pytest.param("300 MB of memory", marks=pytest.mark.long),
        "64 descriptors",
        "no thread",
    ],
)
def test_little_to_spare(
    site: Site, bucket: Bucket, figures: Figures, machine: str
) -> None:
    files = {f"{n}.txt": str(n) for n in range(60)}
    site.write(files | {f"{n}.bin": bytes(400_000) + bytes([n]) for n in range(4)})

    with figures.timed():
        process = site.start("collectstatic", "--noinput", launcher=MACHINES[machine])
        _, stderr = process.communicate(timeout=60)

    assert (process.returncode, stderr) == (0, "")
    assert look(bucket, figures).is_whole
    is_silent = len(bucket.paths()) != 64
    figures.add(silent=is_silent)
    assert not is_silent


def test_no_room_for_what_is_staged(
    site: Site, bucket: Bucket, temporary: Path, figures: Figures
) -> None:
    site.write({"a.css": "b { background: url(b.png) }" + " " * 900_000, "b.png": ""})

    process = site.start(
        "collectstatic",
        "--noinput",
        launcher=limited("RLIMIT_FSIZE", 800_000),
        max_staged_memory=1000,
    )
    _, stderr = process.communicate(timeout=60)

    figures.add()
    assert process.returncode == 1
    assert stderr.startswith("CommandError: What is staged could not be written")
    assert "TMPDIR" in stderr
    assert 'OPTIONS["max_staged_memory"]' in stderr
    assert len(stderr.splitlines()) == 1
    assert list(temporary.iterdir()) == []
    assert bucket.keys() == []


def test_no_room_for_what_is_compressed(
    site: Site, bucket: Bucket, temporary: Path, figures: Figures
) -> None:
    bytes_that_stay_many = random.Random(1).randbytes(5_000_000)
    site.write({"a.js": bytes_that_stay_many})
    bucket.put("a.js", b"smaller")

    process = site.start(
        "collectstatic",
        "--noinput",
        backend=PLAIN,
        gzip=True,
        launcher=limited("RLIMIT_FSIZE", 800_000),
    )
    _, stderr = process.communicate(timeout=60)

    figures.add()
    assert process.returncode == 1
    assert stderr.startswith("CommandError: There is no room for temporary files: ")
    assert "TMPDIR" in stderr
    assert "No object was deleted." in stderr
    assert list(temporary.iterdir()) == []


def test_what_else_the_system_refuses_is_told_as_it_is(site: Site) -> None:
    with pytest.raises(FileNotFoundError, match=r"a\.js"), site.storage().staged():
        raise FileNotFoundError("a.js")
