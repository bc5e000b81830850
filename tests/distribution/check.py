"""Build what goes to PyPI, twice, and look at it: ``tox -e package``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path) -> None:
    print(f"$ {' '.join(map(str, command))}", flush=True)
    subprocess.run(
        [sys.executable, "-P", "-m", *command],
        cwd=cwd,
        # Any moment will do, as long as it is the same one.
        env=os.environ | {"SOURCE_DATE_EPOCH": "1700000000"},
        check=True,
        umask=0o022,
    )


def build(source: Path, directory: Path) -> tuple[Path, Path]:
    """Build the sdist, and from it the wheel."""
    run("build", "--quiet", "--no-isolation", "--outdir", directory, cwd=source)
    [sdist], [wheel] = directory.glob("*.tar.gz"), directory.glob("*.whl")
    return sdist, wheel


def unpack(sdist: Path, directory: Path) -> Path:
    with tarfile.open(sdist) as archive:
        archive.extractall(directory, filter="data")
    return directory / sdist.name.removesuffix(".tar.gz")


def copy_repository(directory: Path) -> list[str]:
    """
    Copy the files of the repository; return their names.

    What an earlier build has left in the checkout would be taken into the next.
    """
    # Whoever owns the checkout: nothing of it is run.
    command = ["git", "-c", "safe.directory=*", "ls-files"]
    names = subprocess.check_output(command, cwd=ROOT, text=True).splitlines()
    for name in names:
        copy = directory / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy)
    return names


def entries(wheel: Path) -> set[tuple[object, ...]]:
    with ZipFile(wheel) as archive:
        return {
            (info.filename, info.CRC, info.date_time, info.external_attr)
            for info in archive.infolist()
        }


def main() -> None:
    with TemporaryDirectory() as temporary:
        work = Path(temporary)
        names = copy_repository(work / "repository")
        sdist, wheel = build(work / "repository", work / "first")
        source = unpack(sdist, work)
        # What begins with a dot is for those who work on the repository.
        missing = [
            name
            for name in names
            if not name.startswith(".") and not (source / name).is_file()
        ]
        if missing:
            sys.exit(f"MANIFEST.in lets these out of the sdist: {missing}")

        _, again = build(source, work / "second")
        if wheel.read_bytes() != again.read_bytes():
            differences = entries(wheel) ^ entries(again)
            sys.exit(f"Two builds of the wheel differ: {differences}")

        run("twine", "check", "--strict", sdist, wheel, cwd=work)
        run("check_wheel_contents", wheel, cwd=work)


if __name__ == "__main__":
    main()
