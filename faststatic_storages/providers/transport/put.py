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
from faststatic_storages.providers.transport.stores import Stores
from faststatic_storages.providers.transport.telling import Parameters
from faststatic_storages.providers.transport.throttling import throttled_in
from faststatic_storages.providers.transport.words import NotExpressible, Said
from faststatic_storages.sync.digests import Digest
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.reading import Body, Reader
from faststatic_storages.sync.upload import Upload

# Larger bodies are read from the file while they are sent.
MAX_SIZE_OF_BODY_IN_MEMORY = 256 * 1024
# The SDK's threads wait for the interpreter, obstore's for the network: 128 of them
# keep a link of 30 ms busy.
SDK_WORKERS = 32
OBSTORE_WORKERS = 128

NO_NAMES = {"", ".", ".."}

logger = logging.getLogger(__name__)


class ObstorePut(ABC):
    """Put one object, as ``storage`` would, from any thread."""

    extra: ClassVar[str]
    """What to install for the transport "obstore"."""

    sdk: ClassVar[str]
    """What the SDK is called where it is installed from."""

    max_size = MAX_SIZE_OF_BODY_IN_MEMORY
    """The largest body for obstore, in bytes."""

    def __init__(self, storage: Any) -> None:
        self.notes: deque[str] = deque()
        """What a run has to say, and has not yet said."""
        self._storage = storage
        self._stores = Stores(self.make_store)
        self._left_to_the_sdk: set[str] = set()
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
    def digest(self, upload: Upload, body: Body, etag: str) -> Digest | None:
        """
        Return the digest that a listing will show of what obstore has put.

        Raises ``NotStored`` where the answer's ETag is no proof: the SDK puts it again,
        and sees more of its answer.
        """

    def version(self, etag: str) -> str | None:
        """Return the version that a listing will show, where it is not the digest."""
        return None

    # Which transport it is, and what is to be said of it.

    @property
    def transport(self) -> Transport:
        if self._storage.transport == "sdk":
            return Transport(self.sdk, 'OPTIONS["transport"] = "sdk"')
        if self._obstacle is not None:
            return Transport(self.sdk, telling.reason(self._obstacle))
        return Transport(self.sdk if self._reason else "obstore", self._reason)

    @property
    def default_workers(self) -> int:
        return SDK_WORKERS if self.transport.reason else OBSTORE_WORKERS

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

    def check(self, parameters: Parameters) -> None:
        """
        Note where the SDK has to take obstore's place for all objects.

        ``parameters`` are those of a sample. Raises ``ImproperlyConfigured`` where
        obstore was asked for by name.
        """
        if self._storage.transport == "sdk":
            return
        obstacle = self._obstacle or self._obstacle_in(parameters)
        if obstacle is None:
            return
        if self._storage.transport == "obstore":
            raise telling.forced(obstacle, self.extra) from obstacle
        self._reason = telling.reason(obstacle)
        self._tell(telling.slower(self.sdk, obstacle, self.extra))

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
        if upload.content.size > MAX_SIZE_OF_BODY_IN_MEMORY:
            with upload.content.reader() as file:
                return self.put_by_sdk(upload, file)
        body = upload.content.body()
        if body.size <= self.max_size and self._is_for_obstore(upload.key):
            try:
                return self._put_by_obstore(upload, body)
            except NotExpressible as error:
                self._tell(telling.slower(self.sdk, error, self.extra))
            except Exception as error:
                if (throttled := throttled_in(error)) is not None:
                    self._left_to_the_sdk.add(upload.key)
                    raise throttled from error
                # The SDK knows redirects and refusals that obstore does not, and its
                # errors say what is wrong.
                text = redacted(str(error))
                logger.debug("obstore did not put %s: %s", upload.key, text)
        return self.put_by_sdk(upload, body)

    def _is_for_obstore(self, key: str) -> bool:
        return (
            self._storage.transport != "sdk"
            and self._obstacle is None
            and key not in self._left_to_the_sdk
            # obstore refuses such a key, or puts the object under another.
            and NO_NAMES.isdisjoint(key.split("/"))
        )

    def _put_by_obstore(self, upload: Upload, body: Body) -> ObjectInfo:
        options, by_store = self.said(upload.parameters)
        store = self._stores.store(by_store)
        with runtime.Panicking():
            result = store.put(
                upload.key, body.getvalue(), use_multipart=False, **options
            )
        digest = self.digest(upload, body, result["e_tag"])
        version = self.version(result["e_tag"])
        return ObjectInfo(upload.key, body.size, datetime.now(UTC), digest, version)
