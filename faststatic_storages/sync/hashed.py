"""What hashing has made of files, and of what, for runs that would hash the same."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import md5
from operator import index
from typing import Any, Self

from faststatic_storages.sync.digests import MD5

UNREADABLE = (
    *(AttributeError, EOFError, IndexError, KeyError, RecursionError),
    *(TypeError, ValueError, zlib.error),
)
"""What somebody else's JSON may lead to."""


@dataclass(frozen=True, slots=True)
class Output:
    """The bytes that a file was rewritten to: their MD5 and their number."""

    md5: MD5
    size: int


@dataclass(frozen=True, slots=True)
class HashedFile:
    """
    One file that Django searches for references, and what came of it.

    ``inputs`` is a digest of all that this depends on in the site, ``references`` are
    the names of the files that it refers to, and ``output`` is ``None`` where the bytes
    stayed those of the source.
    """

    inputs: MD5
    output: Output | None = None
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HashedFiles:
    """
    Such files by name, and a digest of the ``code`` that has hashed them.

    Each is true for as long as its inputs and the code are the same, whatever became of
    the deploy that wrote it down.
    """

    code: str = ""
    files: Mapping[str, HashedFile] = field(default_factory=dict)

    def dump(self) -> Any:
        """Return this for a JSON: most files refer to none, and take one string."""
        files = {name: _dumped(file) for name, file in sorted(self.files.items())}
        return {"code": self.code, "files": files}

    @classmethod
    def load(cls, body: Any) -> Self:
        """Return what is in ``body``; if that is anything else, nothing."""
        try:
            return cls(str(body["code"]), dict(_files_in(body["files"])))
        except UNREADABLE:
            return cls()


def digest_of(*values: Any) -> MD5:
    """Return one that is another one for other values, which are told by ``repr()``."""
    return MD5.from_hash(md5(repr(values).encode(), usedforsecurity=False))


def _dumped(file: HashedFile) -> Any:
    if file == HashedFile(file.inputs):
        return file.inputs
    output = file.output
    bytes_of_output = () if output is None else (output.md5, output.size)
    return [file.inputs, [*file.references], *bytes_of_output]


def _files_in(files: Any) -> Iterator[tuple[str, HashedFile]]:
    for name, row in files.items():
        if isinstance(row, str):
            yield name, HashedFile(MD5(row))
            continue
        inputs, references, *output = row
        yield (
            name,
            HashedFile(
                MD5(inputs),
                Output(MD5(output[0]), index(output[1])) if output else None,
                tuple(map(str, references)),
            ),
        )
