"""``storages.backends.s3boto3``, the name that ``s3`` had in older settings."""

from faststatic_storages.backends.s3 import S3ManifestStaticStorage, S3StaticStorage

__all__ = ["S3ManifestStaticStorage", "S3StaticStorage"]
