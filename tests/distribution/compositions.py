"""What a project writes, and what mypy and pyright are to find no fault with."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.storage import FileSystemStorage
from storages.backends.s3 import S3Storage

from faststatic_storages import (
    PreloadMetadataMixin,
    SkipExistsDeleteMixin,
    TwoPassManifestStorage,
)


class OnS3(TwoPassManifestStorage, PreloadMetadataMixin, S3Storage):
    location: str = "static"

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        return super().url(name, *args, **kwargs)


class OnDisk(TwoPassManifestStorage, PreloadMetadataMixin, StaticFilesStorage):
    pass


class Plain(PreloadMetadataMixin, FileSystemStorage):
    pass


class WriteOnly(TwoPassManifestStorage, SkipExistsDeleteMixin, FileSystemStorage):
    pass
