"""What providers share whose service has an SDK, and obstore beside it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import ClassVar

from storages.utils import clean_name

from faststatic_storages.providers.base import Provider, Transport
from faststatic_storages.providers.remedies import Throttled
from faststatic_storages.providers.transport.counting import RequestCount
from faststatic_storages.providers.transport.put import (
    FAR_WORKERS,
    MAX_SIZE_OF_BODY,
    OBSTORE_WORKERS,
    SDK_WORKERS,
    ObstorePut,
)
from faststatic_storages.providers.transport.save import SavePut, save_of_the_project
from faststatic_storages.providers.transport.throttling import (
    CODES,
    Answer,
    seconds_in,
)
from faststatic_storages.sync.content import Content, HeldBytes
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.upload import Upload


class SdkProvider(Provider):
    """Objects that are put through either transport."""

    large_size = MAX_SIZE_OF_BODY

    sdk: ClassVar[str]
    """What the SDK is called where it is installed from."""

    errors: ClassVar[tuple[type[Exception], ...]]
    """What the SDK raises for a request that failed."""

    max_keys_in_a_delete: ClassVar[int]
    """How many keys the service takes in one request to delete."""

    _requests_before = 0
    """Those of earlier runs, which may have had the same client."""

    @abstractmethod
    def make_put(self) -> ObstorePut:
        """Return what puts objects as django-storages does; one for all threads."""

    @abstractmethod
    def stored(self, key: str, content: Content) -> Upload:
        """Return ``content`` encoded and with its headers, as django-storages does."""

    @cached_property
    def _put(self) -> ObstorePut | SavePut:
        if (save := save_of_the_project(self)) is None:
            return self.make_put()
        return SavePut(self.storage, save, self.key(""), SDK_WORKERS, self.sdk)

    def check_transport(self) -> None:
        """Raise ``ImproperlyConfigured`` where the forced transport cannot work."""
        # Any name that a project's own methods may know what to do with.
        key = self.key("sample.css")
        self._put.check(lambda: self.stored(key, HeldBytes(b"")).parameters)
        if self.sdk_requests is not None:
            self._requests_before = self.sdk_requests.value

    def begin_puts(self) -> None:
        self._put.begin()

    @property
    def transport(self) -> Transport:
        return self._put.transport

    def transport_of(self, key: str) -> str:
        return self._put.transport_of(key)

    def notes(self) -> Iterator[str]:
        notes = self._put.notes
        while notes:
            yield notes.popleft()

    @cached_property
    @abstractmethod
    def sdk_requests(self) -> RequestCount | None:
        """What counts the requests of the SDK, ``None`` where nothing does."""

    @property
    def requests(self) -> int | None:
        if self.sdk_requests is None or isinstance(self._put, SavePut):
            return None
        by_sdk = self.sdk_requests.value - self._requests_before
        return by_sdk + self._put.obstore_requests.value

    @property
    def puts_by_name(self) -> bool:
        return isinstance(self._put, SavePut)

    def upload(self, key: str, content: Content) -> Upload:
        if isinstance(self._put, SavePut):
            # It encodes by itself.
            return Upload(key, content, {})
        return self.stored(key, content)

    def encoded(self, key: str, content: Content) -> Content:
        return self.stored(key, content).content

    @property
    def default_workers(self) -> int:
        return self._put.default_workers

    @property
    def far_workers(self) -> int:
        return self._put.far_workers

    @property
    def large_workers(self) -> int:
        few = super().large_workers
        if self.transport.reason:
            return few
        # How many bytes they hold together is seen to elsewhere.
        return max(few, (self.storage.max_workers or OBSTORE_WORKERS) // 8)

    @property
    def connections(self) -> int:
        """How many connections the SDK's client keeps: as many as threads may ask."""
        return self.storage.max_workers or FAR_WORKERS

    def clean_name(self, name: str) -> str:
        cleaned: str = clean_name(name)
        return cleaned

    def put(self, upload: Upload) -> ObjectInfo:
        return self._put(upload)

    @abstractmethod
    def delete_batch(self, keys: Sequence[str]) -> None:
        """Delete so many at the most in one request; raise one of ``errors``."""

    def delete(self, keys: Iterable[str]) -> None:
        keys, size = list(keys), self.max_keys_in_a_delete
        for start in range(0, len(keys), size):
            try:
                self.delete_batch(keys[start : start + size])
            except self.errors as error:
                raise self.failure("delete", error) from error

    @abstractmethod
    def answer_of(self, error: BaseException) -> Answer | None:
        """Return what the service has answered, if the error is an answer."""

    def is_throttled(self, error: BaseException) -> bool:
        answer = self.answer_of(error)
        return isinstance(error, Throttled) or (
            answer is not None and (answer.status in (429, 503) or answer.code in CODES)
        )

    def retry_after(self, error: BaseException) -> float:
        answer = self.answer_of(error)
        return seconds_in(answer.headers) if answer is not None else 0
