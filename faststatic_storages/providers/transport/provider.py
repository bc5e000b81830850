"""What providers share whose service has an SDK, and obstore beside it."""

from __future__ import annotations

from abc import abstractmethod

from storages.utils import clean_name

from faststatic_storages.providers.base import Provider
from faststatic_storages.providers.transport.put import (
    MAX_SIZE_OF_BODY_IN_MEMORY,
    OBSTORE_WORKERS,
    ObstorePut,
)
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.upload import Upload


class SdkProvider(Provider):
    """Objects that are put through either transport."""

    large_size = MAX_SIZE_OF_BODY_IN_MEMORY

    @property
    @abstractmethod
    def _put(self) -> ObstorePut:
        """How this storage puts objects; one for all threads."""

    @property
    def default_workers(self) -> int:
        return self._put.default_workers

    @property
    def connections(self) -> int:
        """How many connections the SDK's client keeps: as many as threads may ask."""
        return self.storage.max_workers or OBSTORE_WORKERS

    def clean_name(self, name: str) -> str:
        cleaned: str = clean_name(name)
        return cleaned

    def put(self, upload: Upload) -> ObjectInfo:
        return self._put(upload)
