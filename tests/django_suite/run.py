"""
Run Django's own tests of staticfiles over our storages in the place of its own.

The tests are in Django's sdist, in no wheel: pip downloads that of the Django which is
installed, once. Arguments go to Django's ``runtests.py``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

import django

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache/django"
COMPOSITIONS = ("two-pass", "preload")


def main() -> int:
    with TemporaryDirectory() as directory:
        with tarfile.open(sdist()) as archive:
            tests = [one for one in archive if one.name.split("/")[1:2] == ["tests"]]
            archive.extractall(directory, tests, filter="data")
        (suite,) = Path(directory).glob("*/tests")
        # All of them, and failure if one fails.
        return max([run(suite, composition) for composition in COMPOSITIONS])


def sdist() -> Path:
    pattern = f"[Dd]jango-{django.get_version()}.tar.gz"
    if not [*CACHE.glob(pattern)]:
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
                *("--no-binary", "Django", "--dest", CACHE),
                f"Django=={django.get_version()}",
            ],
            check=True,
        )
    (path,) = CACHE.glob(pattern)
    return path


def run(suite: Path, composition: str) -> int:
    print(f"Composition: {composition}", flush=True)
    return subprocess.run(
        [
            *(sys.executable, suite / "runtests.py"),
            *("--settings=suite_settings", "--parallel=1"),
            *(sys.argv[1:] or ["staticfiles_tests"]),
        ],
        env={
            **os.environ,
            "COMPOSITION": composition,
            "PYTHONPATH": f"{HERE}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
        },
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
