"""What a run needs of an object store: the contract that each provider fulfils."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from faststatic_storages.sync.content import Content
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.upload import Upload


class ProviderError(Exception):
    """A request failed. The message tells the cause and ends with the remedy."""


class Explanation(NamedTuple):
    """What an error means to the person who deploys; no secret is in it."""

    cause: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.cause}. {self.remedy}"


def explained(cause: str, remedy: str | None) -> Explanation:
    """Return an explanation without ``user:password@`` of URLs and signatures."""
    cause = re.sub(r"(?<=//)[^/@\s]+@", "", cause)
    cause = re.sub(r"(?<=[?&]sig=)[^&\s]+", "…", cause)
    return Explanation(
        cause.rstrip(". \n"), remedy or "Cure the cause and run the command again."
    )


class Provider(ABC):
    """
    One storage's way to its object store.

    ``name`` is what Django calls a file, relative to the storage's location. ``key`` is
    the whole key of its object. Everything is safe to call from several threads at once
    after the first call of anything.
    """

    def __init__(self, storage: Any) -> None:
        self.storage = storage

    @abstractmethod
    def check(self) -> None:
        """Raise ``ImproperlyConfigured`` where a run could not keep its promises."""

    @abstractmethod
    def clean_name(self, name: str) -> str:
        """Return the name that the storage's own ``_save()`` would return."""

    @abstractmethod
    def key(self, name: str) -> str:
        """
        Return the key of ``name``; of "", the prefix of all keys.

        Raises ``SuspiciousOperation`` for a name outside the location.
        """

    def is_plain_url(self, url: Callable[..., str]) -> bool:
        """Return whether this ``url()`` is the quoted key behind a fixed prefix."""
        return False

    @abstractmethod
    def upload(self, key: str, content: Content) -> Upload:
        """Return ``content`` encoded, and with the headers, as the storage does it."""

    def encoded(self, key: str, content: Content) -> Content:
        """Return the content of ``upload()``; cheaper, where that can be."""
        return self.upload(key, content).content

    @abstractmethod
    def list(self) -> Iterator[ObjectInfo]:
        """Yield every object under the location; raise ``ProviderError``."""

    @abstractmethod
    def get(self, name: str) -> bytes:
        """Return a file's content; raise ``FileNotFoundError``, ``ProviderError``."""

    @abstractmethod
    def put(self, upload: Upload) -> ObjectInfo:
        """Store one object and return what it became; raise any vendor's error."""

    @abstractmethod
    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects in as few requests as possible; raise ``ProviderError``."""

    lists_in_background = True
    """Whether ``list()`` waits for a service, so that there is time for other work."""

    large_size = 1024 * 1024
    """From how many bytes on a put takes notable memory or time …"""

    large_workers = 4
    """… and how many such puts run at a time, beside the others."""

    @property
    def part_sizes(self) -> tuple[int, ...]:
        """Sizes in bytes of the parts that multipart uploads may have been sent in."""
        return ()

    @property
    def default_workers(self) -> int:
        """How many puts at a time use the link well."""
        return 32

    def is_throttled(self, error: BaseException) -> bool:
        """Return whether a put failed because there were too many at a time."""
        return False

    @abstractmethod
    def explain(self, error: BaseException, action: str) -> Explanation:
        """Explain a vendor's error that came while trying to "upload", "list", …"""
