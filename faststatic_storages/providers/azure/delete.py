"""Deleting blobs: in batches, or one by one where the service takes no batch."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.storage.blob import ContainerClient

# What those answer who do not know batches, or cannot read one.
NOT_UNDERSTOOD = (400, 405, 411, 415, 501)


def delete_batch(
    client: ContainerClient, keys: Sequence[str], timeout: int | None
) -> None:
    """Delete blobs; one that is not there is no error."""
    try:
        answers = list(
            client.delete_blobs(*keys, raise_on_any_failure=False, timeout=timeout)
        )
    except HttpResponseError as error:
        if error.status_code not in NOT_UNDERSTOOD:
            raise
        for key in keys:
            with suppress(ResourceNotFoundError):
                client.delete_blob(key, timeout=timeout)
        return
    for answer in answers:
        if answer.status_code not in (202, 404):
            raise HttpResponseError(response=answer)
