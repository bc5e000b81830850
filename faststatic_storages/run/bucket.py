"""What is known of the bucket, and whether it holds what would be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from faststatic_storages.providers.base import Provider
from faststatic_storages.run.files import Files
from faststatic_storages.run.memory import Memory
from faststatic_storages.sync.content import Content
from faststatic_storages.sync.index import ObjectIndex, ObjectInfo
from faststatic_storages.sync.plan import Reason, plan_uploads
from faststatic_storages.sync.upload import Upload


class KnownBucket:
    """
    The bucket as the run found it.

    Where nothing is listed, ``may_ask`` lets it ask for one object after the other.
    ``upload`` says how content is sent.
    """

    def __init__(
        self,
        provider: Provider,
        files: Files,
        *,
        may_ask: bool,
        memory: Memory | None,
        upload: Callable[[str, Content], Upload],
    ) -> None:
        self.named_by_content: set[str] = set()
        """Keys that were computed from the bytes that are saved under them."""
        self.held: dict[str, Content] = {}
        """What it was found to hold, so that nobody has to send it."""
        self.memory = memory
        self._provider = provider
        self._files = files
        self._may_ask = may_ask
        self._upload = upload

    def find(self, key: str) -> ObjectInfo | None:
        """Return what is known of an object, ``None`` if nothing is."""
        if self._files.index is None and self._may_ask:
            return self._provider.find(key)
        return self._files.listed(key)

    def holds(self, key: str, content: Content) -> bool:
        """Return whether it ``has()`` that, which then stays known to the run."""
        is_held = self.has(key, content)
        if is_held:
            self.held[key] = content
        return is_held

    def has(self, key: str, content: Content) -> bool:
        """Return whether it is known to hold ``content`` under ``key``."""
        remote = self.find(key)
        return (
            remote is not None
            and self._compare(content, key, remote) is Reason.UNCHANGED
        )

    def reasons(self, keys: Iterable[str]) -> dict[str, Reason]:
        """Return why what is staged under these keys is sent, or that it is not."""
        index, staged = self._files.index, self._files.staged
        if self.memory is not None and self.memory.is_blind:
            return {
                key: self.memory.recall(
                    key,
                    partial(self._provider.encoded, key, staged[key]),
                    partial(self._upload, key, staged[key]),
                )
                for key in keys
            }
        if index is None and self._may_ask:
            keys = list(keys)
            index = ObjectIndex(filter(None, map(self.find, keys)))
        return plan_uploads(
            keys, index, lambda key, remote: self._compare(staged[key], key, remote)
        )

    def note(self, info: ObjectInfo, content: Content) -> None:
        """Take note, for runs to come, of what was sent."""
        if self.memory is not None:
            encoded = self._provider.encoded(info.key, content)
            self.memory.note(info, encoded, partial(self._upload, info.key, content))

    def _compare(self, content: Content, key: str, remote: ObjectInfo) -> Reason:
        is_proven = self._provider.is_unchanged(
            content, remote, named_by_content=key in self.named_by_content
        )
        if self.memory is None:
            return Reason.UNCHANGED if is_proven else Reason.CHANGED
        return self.memory.compare(
            remote,
            partial(self._provider.encoded, key, content),
            partial(self._upload, key, content),
            is_proven=is_proven,
        )
