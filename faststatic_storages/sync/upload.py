"""What one put sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from faststatic_storages.sync.content import Content


class Overtaken(Exception):
    """Something else than what was ``expected`` is there, or that cannot be said."""


@dataclass(frozen=True, slots=True)
class Upload:
    """
    One object to have in the bucket: what bytes, under which key and headers.

    ``expected`` is the mark (``ObjectInfo.mark``) of what it is to replace, ``None`` if
    it does not matter. A put that can have the service look may raise ``Overtaken``;
    the run then looks by itself, and puts again what it likes.
    """

    key: str
    content: Content
    # A key to encrypt with may be among them.
    parameters: Mapping[str, Any] = field(repr=False)
    expected: str | None = None
