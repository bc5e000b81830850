"""Deleting objects: in batches, or one by one where the service takes no batch."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from google.api_core.exceptions import GoogleAPICallError, NotFound, from_http_response
from google.api_core.retry import Retry
from google.cloud.storage import Bucket

# What those answer who do not know the address of batches, or cannot read one.
NOT_UNDERSTOOD = (400, 404, 405, 411, 415, 501)


def delete_batch(bucket: Bucket, keys: Sequence[str], retry: Retry) -> None:
    """Delete objects; one that is not there is no error."""
    try:
        retry(_delete_batch)(bucket, keys)
    except _NotUnderstoodError:
        for key in keys:
            with suppress(NotFound):
                bucket.delete_blob(key, retry=retry)


class _NotUnderstoodError(Exception):
    pass


def _delete_batch(bucket: Bucket, keys: Sequence[str]) -> None:
    batch = bucket.client.batch(raise_exception=False)
    try:
        with batch:
            for key in keys:
                bucket.delete_blob(key)
    except GoogleAPICallError as error:
        if error.code in NOT_UNDERSTOOD:
            raise _NotUnderstoodError from error
        raise
    except ValueError as error:
        # An answer that is none to a batch.
        raise _NotUnderstoodError from error
    for response in batch._responses:
        if not response.ok and response.status_code != 404:
            raise from_http_response(response)
