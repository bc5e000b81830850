"""A look at a bucket: does it hold what its manifest promises?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from tests.hostile.figures import Figures
from tests.sites.bucket import Bucket


@dataclass(frozen=True, slots=True)
class Look:
    """Keys that the live manifest names: those that are not there, and wrong ones."""

    lost: list[str]
    wrong: list[str]

    @property
    def is_whole(self) -> bool:
        return not self.lost and not self.wrong


def look(
    bucket: Bucket,
    figures: Figures,
    prefix: str = "",
    manifest: str = "staticfiles.json",
) -> Look:
    """
    Look at each name of the live manifest, and count what is amiss.

    ``prefix`` is the location with a slash at its end, if there is one.
    """
    paths = bucket.paths(f"{prefix}{manifest}")
    bodies = {
        key: body_of(bucket, key)
        for key in [f"{prefix}{hashed_name}" for hashed_name in paths.values()]
    }
    seen = Look(
        lost=[key for key, body in bodies.items() if body is None],
        wrong=[
            key
            for key, body in bodies.items()
            if body is not None and digest_in(key) != digest_of(body)
        ],
    )
    figures.add(runs=0, lost=len(seen.lost), wrong=len(seen.wrong))
    return seen


def body_of(bucket: Bucket, key: str) -> bytes | None:
    with suppress(bucket.client.exceptions.NoSuchKey):
        return bucket.get(key).body
    return None


def digest_in(key: str) -> str:
    """Return the hash that Django has put into a name: its part before the last."""
    return key.rsplit(".", 2)[1]


def digest_of(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()[:12]


def holds_release(bucket: Bucket, release: Mapping[str, str], prefix: str = "") -> bool:
    """Return whether the live manifest is that of these sources, and they are there."""
    return set(bucket.paths(f"{prefix}staticfiles.json")) == set(release) and all(
        bucket.get(f"{prefix}{name}").body == content.encode()
        for name, content in release.items()
    )
