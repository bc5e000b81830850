"""Django storages that make the stock ``collectstatic`` fast and safe on a bucket."""

from faststatic_storages.preload import PreloadMetadataMixin
from faststatic_storages.skip import SkipExistsDeleteMixin
from faststatic_storages.twopass import TwoPassManifestStorage

__all__ = [
    "PreloadMetadataMixin",
    "SkipExistsDeleteMixin",
    "TwoPassManifestStorage",
]
__version__ = "0.1.0"
