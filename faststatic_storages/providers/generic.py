"""Any other Django storage, through the public Storage API alone."""

from __future__ import annotations

import os
import posixpath
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Self
from uuid import uuid4

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.utils import timezone
from storages.utils import clean_name

from faststatic_storages.providers.base import (
    Action,
    Explanation,
    Provider,
    explained,
)
from faststatic_storages.providers.checks import check_transport
from faststatic_storages.providers.copies import outside_of_runs
from faststatic_storages.sync.content import Content, SourceFile
from faststatic_storages.sync.digests import MD5
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.reading import SourceError
from faststatic_storages.sync.upload import Upload


class GenericProvider(Provider):
    """
    Files of any storage. Their keys are the names that Django gives them.

    Two attributes of the storage say what its API does not. ``thread_safe``: several
    files may be saved at a time. ``overwrites``: its ``_save()`` replaces a file of the
    same name. Without it, ``get_available_name()`` tells: where it has another name
    for a file that is there, the file is deleted just before it is saved again, as
    Django does.

    A ``FileSystemStorage`` is safe for threads, and its files are replaced in one step.

    Errors of the storage come through as they are where a web process may see them:
    from ``get()``.
    """

    lists_in_background = False
    # Its root is the location.
    may_be_shared = False

    def __init__(self, storage: Any) -> None:
        super().__init__(storage)
        self._is_file_system = isinstance(storage, FileSystemStorage)
        if self._is_file_system:
            # No worker reads over a network, and Django's own deletes at once.
            self.default_grace = self.default_releases = 0

    @cached_property
    def _store(self) -> Any:
        """A copy of the storage: no run is open in it, so it is as its parent."""
        return outside_of_runs(self.storage)

    @cached_property
    def _overwriting_store(self) -> Any:
        """The same, saving under the name that it is given."""
        store = outside_of_runs(self.storage)
        store.get_available_name = lambda name, max_length=None: name
        return store

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

    @property
    def puts_by_name(self) -> bool:
        return True

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

    def is_unchanged(
        self, content: Content, remote: ObjectInfo, *, named_by_content: bool
    ) -> bool:
        """
        Return whether the storage has the file, as well as it can be known.

        =====================  =========  ====================  ==========  ==========
        the file there         size       of the content        is          unchanged
        =====================  =========  ====================  ==========  ==========
        is a symbolic link                                                  no
        has a local path       same       bytes                 the same    yes
        has none               other                                        no
        has none               same, or   name                  hashed      yes
                               not told
        has none               same, or   modification time     not newer   yes
                               not told   of the source
        has none               same       bytes, of no source   the same    yes
        =====================  =========  ====================  ==========  ==========

        In all other cases, and where an answer fails, it is not known to be. By name
        and by time is how Django decides.
        """
        try:
            if not self._has_paths:
                return has_size_of(content, remote) and (
                    named_by_content or self._holds(content, remote)
                )
            is_link = os.path.islink(self._store.path(remote.key))
            return not is_link and super().is_unchanged(
                content, remote, named_by_content=named_by_content
            )
        except (NotImplementedError, OSError, SourceError):
            return False

    def _holds(self, content: Content, remote: ObjectInfo) -> bool:
        if isinstance(content, SourceFile):
            source: Any = content.storage
            return is_as_new(remote.modified, source.get_modified_time(content.path))
        # The manifest, as a rule; it is live, and small.
        return SourceFile(self._store, remote.key).md5 == content.md5

    def find(self, key: str) -> ObjectInfo | None:
        return self._file(key) if self._store.exists(key) else None

    def _file(self, key: str) -> StoredFile:
        return StoredFile(self._store, key, has_path=self._has_paths)

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
            yield self._file(posixpath.join(directory, name))
        for name in directories:
            yield from self._list(posixpath.join(directory, name))

    def get(self, key: str) -> bytes:
        with self._store.open(key) as file:
            body: bytes = file.read(self.max_size_read + 1)
        return self.bounded(key, body)

    def put(self, upload: Upload) -> ObjectInfo:
        content = upload.content
        is_small = content.size <= self.large_size
        if not is_small and not self._is_file_system:
            # A storage may keep the half that it has got of a file.
            with content.reader() as reader:
                reader.finish()
        file: Any = content.body() if is_small else content.reader()
        with self._turn, file:
            save = self._replace if self._is_file_system else self._save
            save(upload.key, File(file, upload.key))
        size: int = file.size
        return ObjectInfo(upload.key, size, datetime.now(UTC), None)

    def _replace(self, key: str, file: File[bytes]) -> None:
        """Save beside the old file, then rename: at any moment one of them is there."""
        part = posixpath.join(posixpath.dirname(key), f".{uuid4().hex}.part")
        try:
            saved = self._store.save(part, file)
            os.replace(self._store.path(saved), self._store.path(key))
        except (OSError, SourceError):
            with suppress(FileNotFoundError):
                os.unlink(self._store.path(part))
            raise

    def _save(self, key: str, file: File[bytes]) -> None:
        overwrites = getattr(self.storage, "overwrites", False)
        if not overwrites and self._store.get_available_name(key) != key:
            self._store.delete(key)
        saved = self._overwriting_store.save(key, file)
        if self.key(saved) != key:
            raise OSError(f"The storage gave it another name, {saved!r}")

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            try:
                self._store.delete(key)
            except Exception as error:
                raise self.failure("delete", error) from error

    def explain(self, error: BaseException, action: Action) -> Explanation:
        remedy = None
        if isinstance(error, NotImplementedError) and action == "list":
            remedy = "Take PreloadMetadataMixin out of the storage's bases."
        elif isinstance(error, PermissionError):
            remedy = "Let the user that runs the command write there."
        return explained(f"{type(error).__name__}: {error}", remedy)


LONG_AGO = datetime.fromtimestamp(0, UTC)


class StoredFile(ObjectInfo):
    """What the storage tells of a file, asked only when somebody wants to know."""

    _store: Any
    _has_path: bool

    def __new__(cls, store: Any, key: str, *, has_path: bool) -> Self:
        file = super().__new__(cls, key, None, LONG_AGO, None)
        file._store, file._has_path = store, has_path
        return file

    @property
    def mark(self) -> None:
        """Nothing: Django's API tells no versions."""

    @cached_property
    def size(self) -> int:
        size: int = self._store.size(self.key)
        return size

    @cached_property
    def modified(self) -> datetime:
        try:
            return aware(self._store.get_modified_time(self.key))
        except (FileNotFoundError, NotImplementedError):
            # A link that leads nowhere, or a storage that does not tell.
            return LONG_AGO

    @cached_property
    def digest(self) -> MD5 | None:
        return SourceFile(self._store, self.key).md5 if self._has_path else None


def has_size_of(content: Content, remote: ObjectInfo) -> bool:
    """Return whether the sizes are the same, or the storage does not tell."""
    with suppress(NotImplementedError):
        return remote.size == content.size
    return True


def is_as_new(modified: datetime, source_modified: datetime) -> bool:
    # Some file systems know nothing below a second.
    return modified >= aware(source_modified).replace(microsecond=0)


def aware(time: datetime) -> datetime:
    return timezone.make_aware(time) if timezone.is_naive(time) else time
