"""Deleting objects: in batches, or one by one where the service takes no batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from faststatic_storages.providers.s3.errors import is_not_implemented


def delete_batch(client: Any, bucket: str, keys: Sequence[str]) -> list[Any]:
    """Delete objects and return the refusals, as in the answer to a batch."""
    objects = [{"Key": key} for key in keys]
    try:
        response = client.delete_objects(
            Bucket=bucket, Delete={"Objects": objects, "Quiet": True}
        )
    except ClientError as error:
        # https://cloud.google.com/storage/docs/migrating#methods-comparison
        if not is_not_implemented(error):
            raise
        for key in keys:
            client.delete_object(Bucket=bucket, Key=key)
        return []
    refusals: list[Any] = response.get("Errors", [])
    return refusals
