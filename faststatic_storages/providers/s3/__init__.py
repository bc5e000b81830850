"""Amazon S3 and the services that speak its protocol."""

from faststatic_storages.providers.s3.provider import S3Provider

__all__ = ["S3Provider"]
