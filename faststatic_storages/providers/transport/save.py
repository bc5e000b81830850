"""Putting objects through a ``_save()`` of the project's own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import Any

from faststatic_storages.providers.base import Provider, Transport
from faststatic_storages.providers.copies import outside_of_runs
from faststatic_storages.providers.files import LazyFile
from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.providers.transport import telling
from faststatic_storages.providers.transport.telling import Parameters
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.upload import Upload

Save = Callable[[str, Any], str]


def save_of_the_project(provider: Provider) -> Save | None:
    """
    Return the ``_save()`` below our mixins, ``None`` where it is django-storages' own.

    It works on a copy of the storage, so that what it sets there is its own; what the
    site's options add to the headers, the copy knows.
    """
    storage = provider.storage
    classes = [cls for cls in type(storage).__mro__ if "_save" in vars(cls)]
    ours = [
        position
        for position, cls in enumerate(classes)
        if cls.__module__.startswith("faststatic_storages.")
    ]
    below: Any = classes[max(ours, default=-1) + 1]
    if below.__module__.startswith("storages.backends."):
        return None
    copy = outside_of_runs(storage)
    own = copy.get_object_parameters
    copy.get_object_parameters = lambda name: provider.with_headers(name, own(name))
    return partial(below._save, copy)


class SavePut:
    """
    Put one object by ``save``, one at a time unless the storage is ``thread_safe``.

    ``prefix`` is what the keys have before the names.
    """

    def __init__(
        self, storage: Any, save: Save, prefix: str, workers: int, sdk: str
    ) -> None:
        self.notes: deque[str] = deque()
        self._storage = storage
        self._save = save
        self._prefix = prefix
        is_safe = getattr(storage, "thread_safe", False)
        self.default_workers = self.far_workers = workers if is_safe else 1
        self._turn: AbstractContextManager[Any] = (
            nullcontext() if is_safe else threading.Lock()
        )
        reason = f"the _save() of {type(storage).__qualname__}"
        self.transport = Transport(sdk, reason)
        self._note = telling.own_save(sdk, reason, is_safe=is_safe)

    def check(self, sample: Parameters) -> None:
        """Raise ``ImproperlyConfigured`` where another transport is forced."""
        if self._storage.transport == "obstore":
            raise Misconfigured(
                Problem.TRANSPORT,
                'The transport "obstore" cannot express a _save() of the project\'s '
                "own.",
                'Set OPTIONS["transport"] to "auto", or say what it does in '
                "get_object_parameters().",
            )

    def begin(self) -> None:
        """Note that this takes obstore's place."""
        note, self._note = self._note, ""
        if note and self._storage.transport == "auto":
            self.notes.append(note)

    def transport_of(self, key: str) -> str:
        return self.transport.name

    def __call__(self, upload: Upload) -> ObjectInfo:
        name = upload.key.removeprefix(self._prefix)
        with self._turn, LazyFile(upload.content, name) as file:
            saved = self._save(name, file)
        if saved != name:
            raise OSError(
                f"_save() stored it under another name, {saved!r}, which the manifest "
                "cannot know of. Put the class that has this _save() in front of the "
                "mixins, where it is asked before"
            )
        # What it has made of the bytes, nobody knows.
        return ObjectInfo(upload.key, upload.content.size, datetime.now(UTC), None)
