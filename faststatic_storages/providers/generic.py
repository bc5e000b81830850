"""Any other Django storage, through the public Storage API alone."""

from __future__ import annotations

import copy
import os
import posixpath
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.utils import timezone
from storages.utils import clean_name

from faststatic_storages.providers.base import Action, Explanation, Provider
from faststatic_storages.providers.checks import check_transport
from faststatic_storages.sync.content import Content, SourceFile
from faststatic_storages.sync.digests import MD5
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.upload import Upload


class GenericProvider(Provider):
    """
    Files of any storage. Their keys are the names that Django gives them.

    Files are saved one at a time, unless the storage has an attribute ``thread_safe``
    that is true. Files for which ``storage.path()`` works are compared by their bytes;
    elsewhere nothing is known of the bytes, and each run sends everything. A storage
    that does not overwrite has each file deleted just before it is saved again.

    A ``FileSystemStorage`` is safe for threads, and its files are replaced in one step.
    """

    lists_in_background = False

    def __init__(self, storage: Any) -> None:
        super().__init__(storage)
        self._is_file_system = isinstance(storage, FileSystemStorage)

    @cached_property
    def _store(self) -> Any:
        """A copy of the storage: no run is open in it, so it is as its parent."""
        return copy.copy(self.storage)

    @cached_property
    def _has_paths(self) -> bool:
        try:
            self._store.path("name")
        except NotImplementedError:
            return False
        return True

    @cached_property
    def _turn(self) -> AbstractContextManager[Any]:
        if getattr(self.storage, "thread_safe", self._is_file_system):
            return nullcontext()
        return threading.Lock()

    def check(self) -> None:
        check_transport(self.storage)
        # Raises what the storage says of its location.
        self._has_paths  # noqa: B018

    def clean_name(self, name: str) -> str:
        return self.key(name)

    def key(self, name: str) -> str:
        key: str = clean_name(name)
        if key.startswith(("/", "../")) or key == "..":
            raise SuspiciousFileOperation(f"Attempted access to '{name}' denied.")
        return key

    def upload(self, key: str, content: Content) -> Upload:
        return Upload(key, content, {})

    def list(self) -> Iterator[ObjectInfo]:
        try:
            yield from self._list("")
        except Exception as error:
            raise self.failure("list", error) from error

    def _list(self, directory: str) -> Iterator[ObjectInfo]:
        try:
            directories, names = self._store.listdir(directory)
        except FileNotFoundError:
            return
        for name in names:
            path = posixpath.join(directory, name)
            yield StoredFile(self._store, path, has_path=self._has_paths)
        for name in directories:
            yield from self._list(posixpath.join(directory, name))

    def get(self, key: str) -> bytes:
        try:
            with self._store.open(key) as file:
                body: bytes = file.read()
        except FileNotFoundError:
            raise
        except Exception as error:
            raise self.failure("read", error) from error
        return body

    def put(self, upload: Upload) -> ObjectInfo:
        with self._turn, upload.content.open() as opened:
            save = self._replace if self._is_file_system else self._save
            save(upload.key, File(opened, upload.key))
        return ObjectInfo(upload.key, upload.content.size, datetime.now(UTC), None)

    def _replace(self, key: str, file: File[bytes]) -> None:
        """Save beside the old file, then rename: at any moment one of them is there."""
        part = posixpath.join(posixpath.dirname(key), f".{uuid4().hex}.part")
        path = self._store.path(self._store.save(part, file))
        try:
            os.replace(path, self._store.path(key))
        except OSError:
            os.unlink(path)
            raise

    def _save(self, key: str, file: File[bytes]) -> None:
        if self._store.get_available_name(key) != key:
            self._store.delete(key)
        saved = self._store.save(key, file)
        if self.key(saved) != key:
            raise OSError(f"The storage gave it another name, {saved!r}")

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            try:
                self._store.delete(key)
            except Exception as error:
                raise self.failure("delete", error) from error

    def explain(self, error: BaseException, action: Action) -> Explanation:
        cause = f"{type(error).__name__}: {error}".rstrip(". \n")
        if isinstance(error, NotImplementedError) and action == "list":
            remedy = "Take PreloadMetadataMixin out of the storage's bases."
        elif isinstance(error, PermissionError):
            remedy = "Let the user that runs the command write there."
        else:
            remedy = "Cure the cause and run the command again."
        return Explanation(cause, remedy)


class StoredFile(ObjectInfo):
    """What the storage tells of a file, asked only when somebody wants to know."""

    _store: Any
    _has_path: bool

    def __init__(self, store: Any, key: str, *, has_path: bool) -> None:
        object.__setattr__(self, "key", key)
        vars(self).update(_store=store, _has_path=has_path)

    @cached_property
    def size(self) -> int:
        size: int = self._store.size(self.key)
        return size

    @cached_property
    def modified(self) -> datetime:
        modified: datetime = self._store.get_modified_time(self.key)
        return (
            timezone.make_aware(modified) if timezone.is_naive(modified) else modified
        )

    @cached_property
    def digest(self) -> MD5 | None:
        return SourceFile(self._store, self.key).md5 if self._has_path else None
