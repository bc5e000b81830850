"""A project's own storage classes, before and after faststatic_storages."""

import re
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage
from storages.backends.s3 import S3StaticStorage

from faststatic_storages import PreloadMetadataMixin, TwoPassManifestStorage

HASHED_NAME = re.compile(r"\.[0-9a-f]{12}(\.[^./]+)?$")


class ProjectStorage(S3StaticStorage):
    """What the project had: a hashed name never changes, so it is cached for ever."""

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_object_parameters(name)
        if HASHED_NAME.search(name):
            parameters["CacheControl"] = "public, max-age=31536000, immutable"
        return parameters


class StaticStorage(TwoPassManifestStorage, PreloadMetadataMixin, ProjectStorage):
    """The same, made fast; its manifest is a local file to ship with the code.

    Web processes then start without a request to S3, and each release of the code
    names the files that it was built with.
    """

    def __init__(self, *, manifest_root: Path, **options: Any) -> None:
        manifest_storage = FileSystemStorage(location=manifest_root)
        super().__init__(manifest_storage=manifest_storage, **options)
