"""Any Django storage will do in the place of StaticFilesStorage."""

from django.contrib.staticfiles.storage import StaticFilesStorage

from faststatic_storages import PreloadMetadataMixin, TwoPassManifestStorage


class StaticStorage(TwoPassManifestStorage, PreloadMetadataMixin, StaticFilesStorage):
    """A mount is waited for, not computed on: many files at a time."""

    max_workers = 64
