"""What earlier runs have sent, and what this one does, for those to come."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from functools import cached_property

from faststatic_storages.providers.base import Provider, ProviderError
from faststatic_storages.sync.content import Content
from faststatic_storages.sync.digests import CRC32C, MD5, MultipartMD5
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.ledger import MAX_SIZE, Ledger, fingerprint
from faststatic_storages.sync.plan import Reason
from faststatic_storages.sync.upload import Upload

LEDGER_NAME = "faststatic.ledger"

logger = logging.getLogger(__name__)


class Memory:
    """
    The ledger of one run, read when a listing does not tell enough.

    ``everything`` says that it has each object, so that headers that were changed in
    the settings are noticed; else it has those whose bytes no listing proves.
    """

    def __init__(
        self,
        provider: Provider,
        key: str,
        find: Callable[[str], ObjectInfo | None],
        *,
        everything: bool,
    ) -> None:
        self.key = key
        self._provider = provider
        self._find = find
        self._everything = everything
        self._bucket_tells_md5: bool | None = None

    @cached_property
    def _ledger(self) -> Ledger:
        info = self._find(self.key)
        if info is None or (info.size or 0) > MAX_SIZE:
            return Ledger()
        try:
            return Ledger.loads(self._provider.get(self.key))
        except (FileNotFoundError, ProviderError) as error:
            # It costs time, as if there were none.
            logger.info("The ledger could not be read: %s", error)
            return Ledger()

    def compare(
        self,
        remote: ObjectInfo,
        encoded: Callable[[], Content],
        upload: Callable[[], Upload],
        *,
        is_proven: bool,
    ) -> Reason:
        """
        Return whether an object is unchanged, or has other bytes or headers.

        ``is_proven`` says that the listing proves the bytes. Of what is proven, as a
        rule, nobody needs what it would be ``encoded`` or sent as.
        """
        if is_proven and not self._everything:
            return Reason.UNCHANGED
        row = self._ledger.row(remote)
        if not is_proven and (row is None or row.digest != encoded().md5):
            return Reason.CHANGED
        if row is not None and row.headers != fingerprint(upload().parameters):
            return Reason.HEADERS
        return Reason.UNCHANGED

    def note(
        self, info: ObjectInfo, content: Content, upload: Callable[[], Upload]
    ) -> None:
        """Take note of what an object became that was sent as ``upload``."""
        if info.mark is None:
            self._ledger.forget(info.key)
        elif self._everything or not self._is_proven(info, content):
            headers = fingerprint(upload().parameters)
            self._ledger.note(info.key, info.mark, content.md5, headers)

    def keep(self, keys: Collection[str]) -> None:
        """Forget what is not in the bucket any more."""
        self._ledger.keep(keys)

    def body(self) -> bytes | None:
        """Return what to store, ``None`` if that is there already."""
        return self._ledger.dumps() if self._ledger.is_changed else None

    def _is_proven(self, info: ObjectInfo, content: Content) -> bool:
        """Return whether a listing will prove what was sent."""
        if isinstance(info.digest, MD5):
            if not content.is_digested and self._bucket_tells_md5:
                return True
            self._bucket_tells_md5 = info.digest == content.md5
            return self._bucket_tells_md5
        return isinstance(info.digest, (CRC32C, MultipartMD5))
