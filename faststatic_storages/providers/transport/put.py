"""Putting objects: through obstore where it can, all others by the SDK."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ClassVar

from faststatic_storages.providers.base import Transport
from faststatic_storages.providers.redaction import redacted
from faststatic_storages.providers.transport import runtime, telling
from faststatic_storages.providers.transport.buffers import Buffers
from faststatic_storages.providers.transport.counting import RequestCount
from faststatic_storages.providers.transport.refusals import refusal_in
from faststatic_storages.providers.transport.stores import Stores
from faststatic_storages.providers.transport.telling import Parameters
from faststatic_storages.providers.transport.throttling import throttled_in
from faststatic_storages.providers.transport.trust import Trust
from faststatic_storages.providers.transport.words import NotExpressible, Said
from faststatic_storages.sync.digests import Digest
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.reading import Body, Reader, SourceError
from faststatic_storages.sync.room import Room
from faststatic_storages.sync.upload import Upload

# Larger bodies are no ``Body``: an SDK reads them while it sends them, and obstore gets
# them in memory of which there is a limited amount.
MAX_SIZE_OF_BODY = 256 * 1024
# How much of it, for all threads together: it keeps a link of 3 Gbit/s busy over 30 ms.
BYTES_IN_THE_AIR = 12 * 1024 * 1024
# Larger ones go in parts, which only an SDK sends.
MAX_SIZE_FOR_OBSTORE = 8 * 1024 * 1024
# What an SDK holds of a body that it reads, such as one of its parts.
BYTES_OF_A_PART = 2 * 1024 * 1024
# The SDK's threads wait for the interpreter, obstore's for the network: 128 of them
# keep a link of 30 ms busy, and 256 one of 60.
SDK_WORKERS = 32
OBSTORE_WORKERS = 128
FAR_WORKERS = 256

NO_NAMES = {"", ".", ".."}

logger = logging.getLogger(__name__)


class ObstorePut(ABC):
    """Put one object, as ``storage`` would, from any thread."""

    extra: ClassVar[str]
    """What to install for the transport "obstore"."""

    sdk: ClassVar[str]
    """What the SDK is called where it is installed from."""

    max_size = MAX_SIZE_FOR_OBSTORE
    """The largest body for obstore, in bytes."""

    def __init__(self, storage: Any) -> None:
        self.notes: deque[str] = deque()
        """What a run has to say, and has not yet said."""
        self.obstore_requests = RequestCount()
        """Those that obstore repeats by itself count once."""
        self._storage = storage
        self._stores = Stores(self.make_store)
        self._room = Room(BYTES_IN_THE_AIR)
        self._buffers = Buffers(BYTES_IN_THE_AIR)
        self._trust = Trust()
        self._left_to_the_sdk: set[str] = set()
        self._by_sdk: set[str] = set()
        """What the SDK has put where obstore puts the others."""
        self._sample: Parameters = dict
        self._reason = ""
        """Why the SDK puts all objects, as far as that was found out."""
        self._told: set[str] = set()

    @abstractmethod
    def make_store(self, by_store: Mapping[str, Any]) -> Any:
        """
        Return the obstore that acts as the SDK's client.

        Of all its objects it says what ``said()`` leaves to it. Raises
        ``NotExpressible`` and ``ImportError``.
        """

    @abstractmethod
    def said(self, parameters: Mapping[str, Any]) -> Said:
        """Translate an upload's parameters for obstore; raise ``NotExpressible``."""

    @abstractmethod
    def put_by_sdk(self, upload: Upload, file: Body | Reader) -> ObjectInfo:
        """
        Put an object of any size and with any parameters; raise ``NotStored``.

        ``file`` has its bytes, and knows their MD5 when it was read.
        """

    @abstractmethod
    def digest(self, upload: Upload, file: Body | Reader, etag: str) -> Digest | None:
        """
        Return the digest that a listing will show of what obstore has put.

        Raises ``NotStored`` where the answer's ETag is no proof: the SDK puts it again,
        and sees more of its answer.
        """

    def version(self, etag: str) -> str | None:
        """Return the version that a listing will show, where it is not the digest."""
        return None

    def remedy(self, refusal: str) -> str:
        """Return what lets the service take what obstore sends, if that is known."""
        return ""

    # Which transport it is, and what is to be said of it.

    @property
    def transport(self) -> Transport:
        if self._storage.transport == "sdk":
            return Transport(self.sdk, 'OPTIONS["transport"] = "sdk"')
        if self._obstacle is not None:
            return Transport(self.sdk, telling.reason(self._obstacle))
        return Transport(self.sdk if self._reason else "obstore", self._reason)

    def transport_of(self, key: str) -> str:
        """Return what has put that object."""
        return self.sdk if key in self._by_sdk else self.transport.name

    @property
    def default_workers(self) -> int:
        return SDK_WORKERS if self.transport.reason else OBSTORE_WORKERS

    @property
    def far_workers(self) -> int:
        return SDK_WORKERS if self.transport.reason else FAR_WORKERS

    @cached_property
    def _obstacle(self) -> Exception | None:
        """Why obstore can put nothing, ``None`` where it can."""
        try:
            self._stores.store({})
            runtime.start()
        except Exception as error:
            # The SDK works with such a setting, or tells what is wrong with it.
            return error
        return None

    def check(self, sample: Parameters) -> None:
        """Raise ``ImproperlyConfigured`` where obstore is forced and cannot be had."""
        self._sample = sample
        is_forced = self._storage.transport == "obstore"
        if is_forced and (obstacle := self._obstacle_of_all) is not None:
            raise telling.forced(obstacle, self.extra) from obstacle

    def begin(self) -> None:
        """Note where the SDK has to take obstore's place for all objects."""
        if self._storage.transport == "sdk":
            return
        if (obstacle := self._obstacle_of_all) is not None:
            self._reason = telling.reason(obstacle)
            self._tell(telling.slower(self.sdk, obstacle, self.extra))

    @cached_property
    def _obstacle_of_all(self) -> Exception | None:
        return self._obstacle or self._obstacle_in(self._sample)

    def _obstacle_in(self, parameters: Parameters) -> Exception | None:
        try:
            said = self.said(parameters())
            self._stores.store(said.by_store)
        except NotExpressible as error:
            return error
        except Exception as error:
            # Whatever a project's method makes of the sample's name.
            logger.debug("No sample of a put: %s", redacted(str(error)))
        return None

    def _tell(self, note: str) -> None:
        if note not in self._told:
            self._told.add(note)
            self.notes.append(note)

    # Putting.

    def __call__(self, upload: Upload) -> ObjectInfo:
        content, size = upload.content, upload.content.size
        if size <= MAX_SIZE_OF_BODY:
            return self._put(upload, content.body())
        is_held = self._is_for_obstore(upload.key, size)
        with (
            self._room.taken(size if is_held else min(size, BYTES_OF_A_PART)),
            content.reader() as file,
        ):
            return self._put(upload, file)

    def _put(self, upload: Upload, file: Body | Reader) -> ObjectInfo:
        info = None
        if self._is_for_obstore(upload.key, file.size):
            info = self._put_by_either(upload, file)
        return self._put_in_its_place(upload, file) if info is None else info

    def _is_for_obstore(self, key: str, size: int) -> bool:
        return (
            size <= self.max_size
            and self._storage.transport != "sdk"
            and self._obstacle is None
            and key not in self._left_to_the_sdk
            # obstore refuses such a key, or puts the object under another.
            and NO_NAMES.isdisjoint(key.split("/"))
        )

    def _put_by_either(self, upload: Upload, file: Body | Reader) -> ObjectInfo | None:
        """
        Put it through obstore, and where that is refused, by the SDK.

        Returns ``None`` where obstore is not to be asked.
        """
        with self._trust.turn():
            if self._trust.is_lost:
                return None
            try:
                info = self._put_by_obstore(upload, file)
            except SourceError:
                raise
            except NotExpressible as error:
                self._tell(telling.slower(self.sdk, error, self.extra))
                return None
            except Exception as error:
                return self._put_after(error, upload, file)
            self._trust.gain()
            return info

    def _put_by_obstore(self, upload: Upload, file: Body | Reader) -> ObjectInfo:
        options, by_store = self.said(upload.parameters)
        store = self._stores.store(by_store)
        self.obstore_requests.add()
        with self._buffers.holding(file) as body, runtime.Panicking():
            result = store.put(upload.key, body, use_multipart=False, **options)
        digest = self.digest(upload, file, result["e_tag"])
        version = self.version(result["e_tag"])
        return ObjectInfo(upload.key, file.size, datetime.now(UTC), digest, version)

    def _put_after(
        self, error: Exception, upload: Upload, file: Body | Reader
    ) -> ObjectInfo:
        """Put by the SDK what obstore did not; learn from it if that works."""
        if (throttled := throttled_in(error)) is not None:
            self._left_to_the_sdk.add(upload.key)
            raise throttled from error
        # The SDK knows redirects and refusals that obstore does not, and its errors say
        # what is wrong.
        refusal = refusal_in(error)
        logger.debug("obstore did not put %s: %s", upload.key, refusal)
        file.seek(0)
        info = self._put_in_its_place(upload, file)
        if self._trust.lose():
            self._reason = f"the service refuses what it sends ({refusal})"
            self._tell(telling.refused(self.sdk, refusal, self.remedy(refusal)))
        return info

    def _put_in_its_place(self, upload: Upload, file: Body | Reader) -> ObjectInfo:
        """Put by the SDK what obstore does not."""
        if self._storage.transport != "sdk" and self._obstacle is None:
            self._by_sdk.add(upload.key)
        return self.put_by_sdk(upload, file)
