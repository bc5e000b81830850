"""
What is collected: real packages' static files, and synthetic ones.

A corpus is a directory of directories for ``STATICFILES_DIRS``.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import NamedTuple

# Newer releases of these bring other files: the numbers are comparable only as pinned.
PACKAGES = (
    "Django==5.2",
    "django-geonode-mapstore-client==5.1.1",
    "django-grappelli==5.0.1",
    "djangorestframework==3.18.3",
    "django-tinymce==5.0.0",
    "wagtail==8.0.1",
)
# It refers to images that its wheel leaves out, which Django's hashing refuses.
REFUSED_BY_DJANGO = "geonode_mapstore_client/mapstore/dist/themes/geonode.css"
PACKAGES_OF_SLICE = ("django", "rest_framework")

LARGE = 256 * 1024  # bytes
SEED = 20_26
FILES_IN_A_DIRECTORY = 200
LONG_AGO = 1_577_836_800  # 2020
CHANGED_FILES = (
    "rest_framework/rest_framework/css/default.css",
    "synthetic/0000/file000009.css",
)


class Sizes(NamedTuple):
    """What runs on which corpus; how many keys are listed, and lie beside a site's."""

    site: str = "real"
    part_of_site: str = "slice"
    few: str = "synthetic-20000"
    many: str = "synthetic-100000"
    large: str = "large-10000"
    listed: int = 100_000
    neighbours: int = 1_000_000


def working_copy(corpus: str, cache: Path, path: Path) -> Path:
    """Return a copy of the corpus at ``path``, made if it is not there yet."""
    if not path.exists():
        # A hundred thousand links are quicker than as many copies.
        shutil.copytree(build(corpus, cache), path, copy_function=os.link)
        for file in files(path):
            os.utime(file, (LONG_AGO, LONG_AGO))
    return path


def files(path: Path) -> list[Path]:
    return [file for file in path.rglob("*") if file.is_file()]


def prepare(path: Path, scenario: str) -> bool:
    """Make the change, in a working copy, that the next deploys find, if any."""
    if scenario == "fresh-mtimes":
        for file in files(path):
            os.utime(file)
    elif scenario == "changed":
        (file,) = (path / name for name in CHANGED_FILES if (path / name).exists())
        content = file.read_text()
        file.unlink()  # The corpus has the same file.
        file.write_text(f"{content}\n/* changed in {time.time_ns()} */\n")
    else:
        return False
    # Listings show whole seconds, by which some contenders decide.
    time.sleep(1.1)
    return True


def build(corpus: str, cache: Path) -> Path:
    """Return the corpus's directory, made if it is not there yet."""
    path = cache / corpus
    if path.exists():
        return path
    print(f"Building the corpus {corpus!r}", flush=True)
    cache.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(prefix=corpus, dir=cache))
    match corpus.partition("-"):
        case "real", _, _:
            unpack(unfinished)
        case "slice", _, _:
            real = build("real", cache)
            for name in PACKAGES_OF_SLICE:
                shutil.copytree(real / name, unfinished / name)
        case "synthetic" | "large" as kind, _, count:
            synthesize(unfinished / "synthetic", int(count), kind)
        case _:
            raise ValueError(
                f"No corpus {corpus!r}: real, slice, synthetic-<count> or "
                "large-<count>."
            )
    unfinished.rename(path)
    return path


def unpack(directory: Path) -> None:
    with TemporaryDirectory() as site_packages:
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"),
                *("--no-compile", "--only-binary=:all:", "--ignore-requires-python"),
                *("--target", site_packages, *PACKAGES),
            ],
            check=True,
        )
        for path in Path(site_packages).rglob("static"):
            package, *others = path.relative_to(site_packages).parts
            # The licenses of a wheel may lie in such a folder too.
            if others.count("static") == 1 and package.isidentifier():
                shutil.copytree(path, directory / package, dirs_exist_ok=True)
    (directory / REFUSED_BY_DJANGO).unlink()


def synthesize(directory: Path, count: int, kind: str) -> None:
    """
    Write files of a fixed seed: "large" ones of 256 KiB, or small ones.

    One in ten of the small ones is a CSS file that refers to its neighbours.
    """
    generator = random.Random(SEED)
    for number in range(count):
        folder = directory / f"{number // FILES_IN_A_DIRECTORY:04}"
        if number % FILES_IN_A_DIRECTORY == 0:
            folder.mkdir(parents=True)
        path = folder / f"file{number:06}"
        if kind == "large":
            path.with_suffix(".bin").write_bytes(generator.randbytes(LARGE))
        elif number % 10 == 9:
            path.with_suffix(".css").write_text(stylesheet(number, generator))
        else:
            image = generator.randbytes(generator.randint(100, 1500))
            path.with_suffix(".png").write_bytes(image)


def stylesheet(number: int, generator: random.Random) -> str:
    rules = [
        f'.icon-{image} {{ background: url("file{image:06}.png"); }}\n'
        for image in sorted(generator.sample(range(number - 9, number), 3))
    ]
    # A longer chain than a pair, and Django gives up after its five passes.
    if number % 20 == 19:
        rules.insert(0, f'@import url("file{number - 10:06}.css");\n')
    return "".join(rules)
