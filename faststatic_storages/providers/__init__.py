"""
Object stores: which provider serves which class, and all that one's own needs.

No vendor's SDK is imported by it.
"""

from __future__ import annotations

from typing import Any

from django.utils.module_loading import import_string

from faststatic_storages.providers.base import (
    Action,
    Explanation,
    NotInOrder,
    Page,
    Provider,
    ProviderError,
    Transport,
    explained,
)
from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.sync.content import Content
from faststatic_storages.sync.digests import (
    CRC32C,
    MD5,
    Digest,
    MultipartMD5,
    digest_in_etag,
)
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.upload import Overtaken, Upload

__all__ = [
    "CRC32C",
    "MD5",
    "Action",
    "Content",
    "Digest",
    "Explanation",
    "Misconfigured",
    "MultipartMD5",
    "NotInOrder",
    "ObjectInfo",
    "Overtaken",
    "Page",
    "Problem",
    "Provider",
    "ProviderError",
    "Transport",
    "Upload",
    "digest_in_etag",
    "explained",
    "provider_for",
]

PROVIDERS = {
    "storages.backends.s3.S3Storage": "faststatic_storages.providers.s3.S3Provider",
    "storages.backends.gcloud.GoogleCloudStorage": (
        "faststatic_storages.providers.gcloud.GoogleCloudProvider"
    ),
    "storages.backends.azure_storage.AzureStorage": (
        "faststatic_storages.providers.azure.AzureProvider"
    ),
    # What all others inherit; in their MRO it comes last.
    "django.core.files.storage.base.Storage": (
        "faststatic_storages.providers.generic.GenericProvider"
    ),
}


def provider_for(storage: Any) -> Provider:
    """
    Return the provider of ``storage``, found from the classes that it inherits.

    A project names its own in the attribute ``provider_class``: a class or its dotted
    path. Raises ``ImproperlyConfigured``.
    """
    provider_class = storage.provider_class
    if provider_class is None:
        paths = (
            f"{cls.__module__}.{cls.__qualname__}" for cls in type(storage).__mro__
        )
        provider_class = next(PROVIDERS[path] for path in paths if path in PROVIDERS)
    if isinstance(provider_class, str):
        provider_class = _imported(provider_class, storage)
    try:
        provider = provider_class(storage)
    except (TypeError, AttributeError) as error:
        raise Misconfigured(
            Problem.PROVIDER,
            f"provider_class of {type(storage).__qualname__} cannot be constructed "
            f"({type(error).__name__}: {error}).",
            "Let it be a subclass of faststatic_storages.providers.Provider that "
            "implements its abstract methods, fits the storage, and takes nothing but "
            "the storage.",
        ) from error
    if not isinstance(provider, Provider):
        raise Misconfigured(
            Problem.PROVIDER,
            f"provider_class of {type(storage).__qualname__} is {provider_class!r}.",
            "Let it be a subclass of faststatic_storages.providers.Provider.",
        )
    return provider


def _imported(path: str, storage: Any) -> Any:
    try:
        return import_string(path)
    except ImportError as error:
        raise Misconfigured(
            Problem.PROVIDER,
            f"The provider of {type(storage).__qualname__}, {path!r}, cannot be "
            f"imported: {error}.",
            "Correct provider_class, or install what is missing.",
        ) from error
