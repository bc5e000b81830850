"""``storages.backends.gcloud``, fast and safe to collect into."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.run.errors import plain_to_the_command

try:
    from storages.backends import gcloud
except ImproperlyConfigured as error:
    with plain_to_the_command():
        raise Misconfigured(
            Problem.NO_SDK,
            str(error),
            'Install google-cloud-storage: pip install "faststatic-storages[gcloud]"',
        ) from error

from faststatic_storages.preload import PreloadMetadataMixin
from faststatic_storages.skip import SkipExistsDeleteMixin
from faststatic_storages.twopass import TwoPassManifestStorage


class GoogleCloudStaticStorage(PreloadMetadataMixin, gcloud.GoogleCloudStorage):
    """django-storages' ``GoogleCloudStorage`` with stable URLs, made fast."""

    # A signed URL changes at each call, and expires in pages that are cached.
    querystring_auth = False


class GoogleCloudManifestStaticStorage(
    TwoPassManifestStorage, GoogleCloudStaticStorage
):
    """The same with Django's manifest, hashed locally, then synced."""


class GoogleCloudWriteOnlyStaticStorage(
    SkipExistsDeleteMixin, gcloud.GoogleCloudStorage
):
    """For credentials that may only write: it asks and deletes nothing."""

    querystring_auth = False


class GoogleCloudWriteOnlyManifestStaticStorage(
    TwoPassManifestStorage, GoogleCloudWriteOnlyStaticStorage
):
    """The same with Django's manifest, which only a web process has to read."""
