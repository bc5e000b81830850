"""What one put sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from faststatic_storages.sync.content import Content


@dataclass(frozen=True, slots=True)
class Upload:
    """One object to have in the bucket: what bytes, under which key and headers."""

    key: str
    content: Content
    # A key to encrypt with may be among them.
    parameters: Mapping[str, Any] = field(repr=False)
