"""What carries out a plan: against the bucket, or, in a dry run, not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from faststatic_storages.providers.base import Provider
from faststatic_storages.run.account import Account
from faststatic_storages.run.lanes import put_all
from faststatic_storages.sync.content import Content
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.upload import Upload

Delete = Callable[[str], None]
"""A project's own way to delete the file of a name."""


class Sender(Protocol):
    """
    Where objects are put and deleted.

    ``put`` yields what each content became, by key, in the order of completion, and
    raises ``SyncError``; ``delete`` deletes by the project's own way, if there is one,
    and raises ``ProviderError``.
    """

    def put(self, contents: Mapping[str, Content]) -> Iterator[ObjectInfo]: ...

    def delete(self, keys: Sequence[str], delete: Delete | None) -> None: ...


class BucketSender:
    """
    Sends to the provider's bucket, ``workers`` puts at a time.

    ``None`` is as many as the provider needs.
    """

    def __init__(
        self,
        provider: Provider,
        workers: int | None,
        prepare: Callable[[str, Content], Upload],
        account: Account,
    ) -> None:
        self._provider = provider
        self._workers = workers
        self._prepare = prepare
        self._account = account

    def put(self, contents: Mapping[str, Content]) -> Iterator[ObjectInfo]:
        if not contents:
            return iter(())
        provider = self._provider
        provider.begin_puts()
        return put_all(contents, self._prepare, provider, self._workers, self._account)

    def delete(self, keys: Sequence[str], delete: Delete | None) -> None:
        if delete is None:
            self._provider.delete(keys)
            return
        prefix = self._provider.key("")
        for key in keys:
            try:
                delete(key.removeprefix(prefix))
            except Exception as error:
                raise self._provider.failure("delete", error) from error


class DrySender:
    """Sends nothing."""

    def put(self, contents: Mapping[str, Content]) -> Iterator[ObjectInfo]:
        for key, content in contents.items():
            yield ObjectInfo(key, content.size, datetime.now(UTC), None)

    def delete(self, keys: Sequence[str], delete: Delete | None) -> None:
        """Nothing is deleted."""
