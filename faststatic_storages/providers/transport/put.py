"""Putting objects: small ones through obstore where it can, all others by the SDK."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured

from faststatic_storages.providers.redaction import redacted
from faststatic_storages.providers.transport import runtime
from faststatic_storages.providers.transport.throttling import throttled_in
from faststatic_storages.providers.transport.words import NotExpressible
from faststatic_storages.sync.content import Content, HeldBytes
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

logger = logging.getLogger(__name__)


class ObstorePut(ABC):
    """Put one object, as ``storage`` would, from any thread."""

    extra: ClassVar[str]
    """What to install for the transport "obstore"."""

    max_size = MAX_SIZE_OF_BODY_IN_MEMORY
    """The largest body for obstore, in bytes."""

    def __init__(self, storage: Any) -> None:
        self._storage = storage
        self._left_to_the_sdk: set[str] = set()

    @abstractmethod
    def make_store(self) -> Any:
        """
        Return the obstore that acts as the SDK's client.

        Raises ``NotExpressible`` and ``ImportError``.
        """

    @abstractmethod
    def options(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Translate an upload's parameters to obstore's; raise ``NotExpressible``."""

    @abstractmethod
    def put_by_sdk(self, upload: Upload, file: Body | Reader) -> ObjectInfo:
        """
        Put an object of any size and with any parameters; raise ``NotStored``.

        ``file`` has its bytes, and knows their MD5 when it was read.
        """

    @abstractmethod
    def digest(self, body: Body, etag: str) -> Digest | None:
        """
        Return the digest that a listing will show of what obstore has put.

        Raises ``NotStored`` where the answer's ETag is no proof: the SDK puts it again,
        and sees more of its answer.
        """

    def version(self, etag: str) -> str | None:
        """Return the version that a listing will show, where it is not the digest."""
        return None

    @property
    def default_workers(self) -> int:
        return SDK_WORKERS if self._store is None else OBSTORE_WORKERS

    @cached_property
    def _store(self) -> Any:
        """What obstore puts objects in, or ``None`` where only the SDK can."""
        if self._storage.transport == "sdk":
            return None
        try:
            store = self.make_store()
            runtime.start()
        except Exception as error:
            if self._storage.transport == "obstore":
                raise self._forced_transport_fails(error) from error
            # The SDK works with such a setting, or tells what is wrong with it.
            logger.info("The SDK puts everything: %s", redacted(str(error)))
            return None
        return store

    def check(self, upload: Callable[[str, Content], Upload]) -> None:
        """
        Raise ``ImproperlyConfigured`` where the forced transport cannot work.

        ``upload`` is the provider's.
        """
        if self._store is not None and self._storage.transport == "obstore":
            try:
                self.options(upload("any", HeldBytes(b"")).parameters)
            except NotExpressible as error:
                raise self._forced_transport_fails(error) from error

    def __call__(self, upload: Upload) -> ObjectInfo:
        if upload.content.size > MAX_SIZE_OF_BODY_IN_MEMORY:
            with upload.content.reader() as file:
                return self.put_by_sdk(upload, file)
        body = upload.content.body()
        is_for_obstore = (
            body.size <= self.max_size and upload.key not in self._left_to_the_sdk
        )
        if is_for_obstore and self._store is not None:
            try:
                return self._put_by_obstore(upload, body)
            except Exception as error:
                if (throttled := throttled_in(error)) is not None:
                    self._left_to_the_sdk.add(upload.key)
                    raise throttled from error
                # The SDK knows headers, redirects and refusals that obstore does not,
                # and its errors say what is wrong.
                text = redacted(str(error))
                logger.debug("obstore did not put %s: %s", upload.key, text)
        return self.put_by_sdk(upload, body)

    def _put_by_obstore(self, upload: Upload, body: Body) -> ObjectInfo:
        if upload.key != upload.key.strip("/"):
            # obstore refuses "a//b" and "./a", and would leave out these.
            raise NotExpressible("slashes at the ends of a key")
        result = self._store.put(
            upload.key,
            body.getvalue(),
            use_multipart=False,
            **self.options(upload.parameters),
        )
        digest = self.digest(body, result["e_tag"])
        version = self.version(result["e_tag"])
        return ObjectInfo(upload.key, body.size, datetime.now(UTC), digest, version)

    def _forced_transport_fails(self, error: Exception) -> ImproperlyConfigured:
        if isinstance(error, ImportError):
            return ImproperlyConfigured(
                f'The transport "obstore" is not installed ({error}): pip install '
                f'"faststatic-storages[{self.extra}]", or set OPTIONS["transport"] to '
                '"auto".'
            )
        if isinstance(error, NotExpressible):
            return ImproperlyConfigured(
                f'The transport "obstore" cannot express {error}. Set '
                'OPTIONS["transport"] to "auto": the SDK is used where it has to be.'
            )
        # obstore's own errors have more lines, for who looks for a fault in it.
        cause = str(error).partition("\n")[0]
        return ImproperlyConfigured(
            f'The transport "obstore" does not take the configuration '
            f"({type(error).__name__}: {redacted(cause)}). Correct it, or set "
            'OPTIONS["transport"] to "auto".'
        )
