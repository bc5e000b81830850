"""
What is collected: real packages' static files, and synthetic ones.

A corpus is a directory of directories for ``STATICFILES_DIRS``.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

# Newer releases of these bring other files: the numbers are comparable only as pinned.
PACKAGES: Mapping[str, str] = {
    "django": "Django==5.2",
    "geonode": "django-geonode-mapstore-client==5.1.1",
    "grappelli": "django-grappelli==5.0.1",
    "rest_framework": "djangorestframework==3.18.3",
    "tinymce": "django-tinymce==5.0.0",
    "wagtail": "wagtail==8.0.1",
}
# It refers to images that its wheel leaves out, which Django's hashing refuses.
REFUSED_BY_DJANGO = {"mapstore/dist/themes/geonode.css"}
SLICE = ("django", "rest_framework")

SEED = 20_26
FILES_IN_A_DIRECTORY = 200
CHANGED_FILES = {
    "real": "rest_framework/rest_framework/css/default.css",
    "slice": "rest_framework/rest_framework/css/default.css",
}


def changed_file(corpus: str) -> str:
    """Return the path, in the corpus, of the CSS file that a scenario changes."""
    return CHANGED_FILES.get(corpus, "synthetic/0000/file000009.css")


def build(corpus: str, cache: Path) -> Path:
    """Return the corpus's directory, made if it is not there yet."""
    path = cache / corpus
    if path.exists():
        return path
    print(f"Building the corpus {corpus!r}", flush=True)
    unfinished = cache / f"{corpus}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    match corpus.partition("-"):
        case "real", _, _:
            unpack(unfinished)
        case "slice", _, _:
            real = build("real", cache)
            for name in SLICE:
                shutil.copytree(real / name, unfinished / name)
        case "synthetic", _, count:
            synthesize(unfinished / "synthetic", int(count))
        case _:
            raise ValueError(f"No corpus {corpus!r}: real, slice or synthetic-<count>.")
    unfinished.rename(path)
    return path


def unpack(directory: Path) -> None:
    with TemporaryDirectory() as wheels:
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
                *("--only-binary=:all:", "--ignore-requires-python"),
                *("--dest", wheels, *PACKAGES.values()),
            ],
            check=True,
        )
        for name, requirement in PACKAGES.items():
            stem = requirement.replace("-", "_").replace("==", "-").lower()
            (wheel,) = (
                path
                for path in Path(wheels).iterdir()
                if path.name.lower().startswith(stem)
            )
            unpack_static_files(wheel, directory / name)


def unpack_static_files(wheel: Path, directory: Path) -> None:
    with ZipFile(wheel) as archive:
        for info in archive.infolist():
            _, found, name = info.filename.partition("/static/")
            if not found or info.is_dir() or name in REFUSED_BY_DJANGO:
                continue
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(info))


def synthesize(directory: Path, count: int) -> None:
    """Write small files, one in ten a CSS file that refers to its neighbours."""
    generator = random.Random(SEED)
    for number in range(count):
        folder = directory / f"{number // FILES_IN_A_DIRECTORY:04}"
        if number % FILES_IN_A_DIRECTORY == 0:
            folder.mkdir(parents=True)
        if number % 10 == 9:
            name = f"file{number:06}.css"
            content = stylesheet(number, generator)
        else:
            name = image_name(number)
            content = generator.randbytes(generator.randint(100, 1500))
        (folder / name).write_bytes(content)


def stylesheet(number: int, generator: random.Random) -> bytes:
    rules = [
        f'.icon-{image} {{ background: url("{image_name(image)}"); }}\n'
        for image in sorted(generator.sample(range(number - 9, number), 3))
    ]
    # A longer chain than a pair, and Django gives up after its five passes.
    if number % 20 == 19:
        rules.insert(0, f'@import url("file{number - 10:06}.css");\n')
    return "".join(rules).encode()


def image_name(number: int) -> str:
    return f"file{number:06}.png"
