"""Storages as projects write them, in pairs: over django-storages, and with ours."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.core.files.base import File
from storages.backends.s3 import S3ManifestStaticStorage, S3StaticStorage

from faststatic_storages import (
    PreloadMetadataMixin,
    SkipExistsDeleteMixin,
    TwoPassManifestStorage,
)


class StockModules(S3ManifestStaticStorage):
    support_js_module_import_aggregation = True


class Modules(TwoPassManifestStorage, PreloadMetadataMixin, StockModules):
    pass


class StockProject(S3ManifestStaticStorage):
    """Override whatever the documentation of Django and django-storages allows."""

    location = "assets/v1"
    default_acl = "public-read"
    gzip = True
    manifest_name = "manifest-5f2a.json"
    manifest_strict = False
    patterns = (
        *ManifestFilesMixin.patterns,
        ("*.html", ((r"""(?P<matched>src="(?P<url>.*?)")""", 'src="%(url)s"'),)),
    )

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        immutable = name.count(".") > 1
        return {
            "CacheControl": "max-age=31536000, immutable" if immutable else "no-cache",
            "Metadata": {"name": str(len(name))},
        }

    def file_hash(self, name: str, content: File[Any] | None = None) -> str | None:
        file_hash: str = super().file_hash(name, content)
        return file_hash[:7]


class Project(TwoPassManifestStorage, PreloadMetadataMixin, StockProject):
    pass


class WriteOnly(SkipExistsDeleteMixin, S3StaticStorage):
    pass


class WriteOnlyManifest(TwoPassManifestStorage, SkipExistsDeleteMixin, S3StaticStorage):
    pass
