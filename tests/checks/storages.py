"""Storages with which something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from faststatic_storages.backends.s3 import S3StaticStorage
from faststatic_storages.providers.s3 import S3Provider
from tests.sites.generic_storages import LocalPlain


class Unreleased(S3StaticStorage):
    """Refuses by itself."""

    def __init__(self, **options: Any) -> None:
        raise ImproperlyConfigured("There is no release. Set it.")


class Failing(S3StaticStorage):
    def __init__(self, **options: Any) -> None:
        raise LookupError("no such tenant, password=abcdefgh")


class WithoutProvider(S3StaticStorage):
    provider_class = "tests.checks.storages.Nothing"


class Doubtful(S3Provider):
    def warnings(self) -> Iterator[str]:
        yield "The moon is full. Wait a day."


class WithDoubts(S3StaticStorage):
    provider_class = Doubtful


class Slow(S3Provider):
    @property
    def transport(self) -> Any:
        return SimpleNamespace(name="boto3", reason="default_acl")


class WithSlowProvider(S3StaticStorage):
    provider_class = Slow


class LocalProbed(LocalPlain):
    probe = True
