"""``storages.backends.s3``, fast and safe to collect into."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.run.errors import plain_to_the_command

try:
    from storages.backends import s3
except ImproperlyConfigured as error:
    with plain_to_the_command():
        raise Misconfigured(
            Problem.NO_SDK,
            str(error),
            'Install boto3: pip install "faststatic-storages[s3]"',
        ) from error

from faststatic_storages.preload import PreloadMetadataMixin
from faststatic_storages.skip import SkipExistsDeleteMixin
from faststatic_storages.twopass import TwoPassManifestStorage


class S3StaticStorage(PreloadMetadataMixin, s3.S3StaticStorage):
    """django-storages' ``S3StaticStorage``, collected into by one parallel sync."""


class S3ManifestStaticStorage(
    TwoPassManifestStorage, PreloadMetadataMixin, s3.S3ManifestStaticStorage
):
    """django-storages' ``S3ManifestStaticStorage``, hashed locally, then synced."""


class S3WriteOnlyStaticStorage(SkipExistsDeleteMixin, s3.S3StaticStorage):
    """For credentials that may only put: it asks and deletes nothing."""


class S3WriteOnlyManifestStaticStorage(
    TwoPassManifestStorage, SkipExistsDeleteMixin, s3.S3ManifestStaticStorage
):
    """The same with Django's manifest, which only a web process has to read."""
