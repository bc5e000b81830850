"""Which provider serves which django-storages class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from faststatic_storages.providers.base import Provider

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
    path.
    """
    provider_class = storage.provider_class
    if provider_class is None:
        paths = (
            f"{cls.__module__}.{cls.__qualname__}" for cls in type(storage).__mro__
        )
        provider_class = next(PROVIDERS[path] for path in paths if path in PROVIDERS)
    if isinstance(provider_class, str):
        provider_class = import_string(provider_class)
    provider: Provider = provider_class(storage)
    return provider
