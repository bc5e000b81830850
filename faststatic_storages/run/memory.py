"""What earlier runs have sent, and what this one does, for those to come."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Iterable
from concurrent.futures import Future
from functools import cached_property

from faststatic_storages.providers.base import Provider, ProviderError
from faststatic_storages.sync.content import Content
from faststatic_storages.sync.digests import CRC32C, MD5, MultipartMD5
from faststatic_storages.sync.hashed import HashedFiles
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.ledger import MAX_SIZE, Ledger, Row, fingerprint
from faststatic_storages.sync.plan import Reason
from faststatic_storages.sync.upload import Upload

LEDGER_NAME = "faststatic.ledger"

logger = logging.getLogger(__name__)


class Memory:
    """
    The ledger of one run, read when a listing does not tell enough.

    ``everything`` says that it has each object, so that headers that were changed in
    the settings are noticed; else it has those whose bytes no listing proves.

    ``resends`` has sent what is there, and of which nobody knows with which headers.

    ``is_blind`` says that there is no listing, and nothing but the ledger to go by. Its
    rows must be true whatever becomes of this run, and of another beside it: before an
    object is sent again its row goes, and a row that another run wrote otherwise
    counts for neither.
    """

    def __init__(
        self,
        provider: Provider,
        key: str,
        find: Callable[[str], ObjectInfo | None],
        *,
        everything: bool,
        resends: bool = False,
        is_blind: bool = False,
    ) -> None:
        self.key = key
        self.is_blind = is_blind
        self._stored = b""
        self._provider = provider
        self._find = find
        self._everything = everything
        self._resends = resends
        self.unknown: set[str] = set()
        """Keys of objects that stay, and nobody knows with which headers."""
        self.coming: Future[bytes] | None = None
        """What another thread reads meanwhile."""
        self._bucket_tells_md5: bool | None = None

    def body(self, find: Callable[[str], ObjectInfo | None]) -> bytes:
        """Return what is stored, empty if ``find`` knows of none that may be ours."""
        info = find(self.key)
        if info is None or (info.size or 0) > MAX_SIZE:
            return b""
        return self._provider.get(self.key)

    @cached_property
    def _ledger(self) -> Ledger:
        return self._read()

    def _read(self) -> Ledger:
        coming, self.coming = self.coming, None
        try:
            if coming is not None:
                self._stored = coming.result()
            elif self.is_blind:
                self._stored = self._provider.get(self.key)
            else:
                self._stored = self.body(self._find)
        except (FileNotFoundError, ProviderError) as error:
            # It costs time, as if there were none.
            logger.info("The ledger could not be read: %s", error)
            self._stored = b""
        return Ledger.loads(self._stored)

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
        if row is None:
            if not is_proven:
                return Reason.CHANGED
            if self._resends:
                return Reason.HEADERS
            self.unknown.add(remote.key)
            return Reason.UNCHANGED
        if not is_proven and row.digest != encoded().md5:
            return Reason.CHANGED
        return reason_of(row, upload())

    def recall(
        self, key: str, encoded: Callable[[], Content], upload: Callable[[], Upload]
    ) -> Reason:
        """Return whether an object was sent like this before, where nothing is seen."""
        row = self._ledger.get(key)
        if row is None or self._resends:
            return Reason.UNKNOWN
        if row.digest != encoded().md5:
            return Reason.CHANGED
        return reason_of(row, upload())

    def note(
        self, info: ObjectInfo, content: Content, upload: Callable[[], Upload]
    ) -> None:
        """Take note of what an object became that was sent as ``upload``."""
        is_noted = self._everything or not self._is_proven(info, content)
        if is_noted and info.mark is not None:
            headers = fingerprint(upload().parameters)
            self._ledger.note(info.key, info.mark, content.md5, headers)
        else:
            # What others may have noted of it is no longer true.
            self._ledger.forget(info.key)

    @property
    def hashed(self) -> HashedFiles:
        """What hashing left there, an earlier run's or this one's."""
        return self._ledger.hashed

    def note_hashed(self, hashed: HashedFiles) -> None:
        self._ledger.note_hashed(hashed)

    def forget(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._ledger.forget(key)

    def keep(self, keys: Container[str]) -> None:
        """Forget all other objects, and what another run has written otherwise."""
        self._ledger.keep(keys)
        if self.is_blind and self._ledger.is_changed:
            before, theirs = self._stored, self._read()
            if self._stored != before:
                self._ledger.keep_common(theirs)

    def take_body(self) -> bytes | None:
        """Return what to store now, ``None`` if that is there already."""
        if not self._ledger.is_changed:
            return None
        self._ledger.is_changed = False
        self._stored = self._ledger.dumps()
        return self._stored

    def _is_proven(self, info: ObjectInfo, content: Content) -> bool:
        """Return whether a listing will prove what was sent."""
        if isinstance(info.digest, MD5):
            if not content.is_digested and self._bucket_tells_md5:
                return True
            self._bucket_tells_md5 = info.digest == content.md5
            return self._bucket_tells_md5
        return isinstance(info.digest, (CRC32C, MultipartMD5))


def reason_of(row: Row, upload: Upload) -> Reason:
    """Return whether the same bytes would be sent with the same headers."""
    is_same = row.headers == fingerprint(upload.parameters)
    return Reason.UNCHANGED if is_same else Reason.HEADERS
