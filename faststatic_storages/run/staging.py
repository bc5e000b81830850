"""The storage's own methods while a run is open, and outside where there is one."""

from __future__ import annotations

import inspect
import re
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.core.files.utils import validate_file_name
from django.utils import timezone

from faststatic_storages.run import collectstatic
from faststatic_storages.run.errors import RunError, reported_to_the_command
from faststatic_storages.run.publishing import PublishingMixin
from faststatic_storages.run.run import Run
from faststatic_storages.run.seams import is_overridden_behind
from faststatic_storages.run.written import WrittenFile
from faststatic_storages.sync.content import Content
from faststatic_storages.sync.index import directory_entries

# Names that Django may refuse. To ask it of all would keep each part of each name for
# as long as the process lives: pathlib interns them.
SUSPICIOUS = re.compile(r"\.\.|\\|^/.|/\.?$|^\.$")


class StagedStorageMixin(PublishingMixin):
    """
    In a run, stage saves and deletes, and answer as if they had happened.

    Outside a run, be the parent class.
    """

    _saves_in_front = False
    _exists_behind = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        save = inspect.getattr_static(cls, "_save")
        cls._saves_in_front = save is not StagedStorageMixin._save
        cls._exists_behind = is_overridden_behind(cls, "exists", StagedStorageMixin)

    def exists(self, name: str) -> bool:
        if (run := self._current_run()) is None:
            return super().exists(name)
        if (key := self._key_in_run(run, name)) is None:
            return False
        exists = run.exists(key)
        is_at_hand = run.files.is_stored(key) or key in run.files.deleted
        if exists is None or (self._exists_behind and not is_at_hand):
            # What a project looks at besides, the listing does not know.
            return super().exists(name)
        return exists

    def delete(self, name: str) -> None:
        if (run := self._current_run()) is None:
            super().delete(name)
        else:
            by_name = not collectstatic.django_is_deleting()
            run.delete(run.key(name), by_name=by_name)

    def hashed_name(self, name: str, *args: Any, **kwargs: Any) -> Any:
        hashed_name = super().hashed_name(name, *args, **kwargs)
        content = args[0] if args else kwargs.get("content")
        run = self._current_run() if content is not None else None
        # A file_hash() of None leaves the name as it is.
        if run is not None and hashed_name != name:
            key, at_hand = run.key(hashed_name), run.sources.at_hand
            run.bucket.named_by_content.add(key)
            if at_hand is not None and at_hand.has_bytes_of(content):
                at_hand.hashed_key = key
        return hashed_name

    def get_modified_time(self, name: str) -> datetime:
        """
        Return when the file was modified.

        The command compares it with the source file's, which a checkout, an image
        layer or a wheel has set to anything. To the command the answer is "after it"
        if the bucket holds the same bytes, and "before it" if not.
        """
        if (run := self._current_run()) is None:
            return super().get_modified_time(name)
        key = run.key(name)
        if (source := collectstatic.source_of_question()) is not None:
            with reported_to_the_command(run):
                same = run.bucket.holds(key, run.sources.file(*source))
            extreme = datetime.max if same else datetime.min
            return extreme.replace(tzinfo=UTC) if settings.USE_TZ else extreme
        if run.files.content(key) is not None:
            return timezone.now()
        refuse_deleted(run, key)
        if (info := run.files.listed(key)) is not None:
            return (
                info.modified if settings.USE_TZ else timezone.make_naive(info.modified)
            )
        return super().get_modified_time(name)

    def size(self, name: str) -> int:
        if (run := self._current_run()) is not None:
            key = run.key(name)
            if (content := run.files.content(key)) is not None:
                return run.provider.encoded(key, content).size
            refuse_deleted(run, key)
            info = run.files.listed(key)
            if info is not None and info.size is not None:
                return info.size
        return super().size(name)

    if TYPE_CHECKING:
        # Django calls the argument "path", django-storages "name".
        def listdir(self, *args: Any, **kwargs: Any) -> tuple[list[str], list[str]]: ...

    else:

        def listdir(self, path):
            run = self._current_run()
            if run is None or (keys := run.files.keys()) is None:
                return super().listdir(path)
            return directory_entries(keys, run.key(f"{path}/" if path else ""))

    def path(self, name: Any) -> str:
        """Return the path on disk; refuse that of a file which is not there yet."""
        path = super().path(name)
        run = self._current_run() if isinstance(self, FileSystemStorage) else None
        if run is not None and name and run.key(name) in run.files.staged:
            with reported_to_the_command(run):
                raise RunError(
                    f"path() was asked for {name!r} in a run, which puts the file "
                    "there only when it ends. Use open() and save() in its place, or "
                    "leave the work to a storage without PreloadMetadataMixin and "
                    "TwoPassManifestStorage."
                )
        return path

    def _open(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if (run := self._current_run()) is None:
            return super()._open(name, *args, **kwargs)
        key, mode = run.key(name), args[0] if args else kwargs.get("mode", "rb")
        if "w" in mode:
            return WrittenFile(
                name, lambda data: run.save(key, run.files.staged.hold(data))
            )
        if (content := run.files.content(key)) is not None:
            return File(content.open(), name)
        if run.files.is_directory(key):
            raise IsADirectoryError(f"Is a directory: {key}")
        refuse_deleted(run, key)
        return super()._open(name, *args, **kwargs)

    def _save(self, name: str, content: Any) -> str:
        if (run := self._current_run()) is None:
            return super()._save(name, content)
        key = run.key(name)
        staged = self._staged_content(run, content)
        # What a project's _save() has set up counts for this file and no other.
        upload = run.provider.upload(key, staged) if self._saves_in_front else None
        run.save(key, staged, upload)
        return run.provider.clean_name(name)

    def _staged_content(self, run: Run, file: Any) -> Content:
        content_type = getattr(file, "content_type", None)
        if content_type is None:
            if (source := run.sources.behind(file)) is not None:
                return source
            if (copied := collectstatic.source_of_save(file)) is not None:
                return run.sources.file(*copied)
        content = run.files.staged.hold(bytes_of(file))
        content.content_type = content_type
        return content

    def _key_in_run(self, run: Run, name: str) -> str | None:
        """Return the key; of a name outside the location, ``None`` while hashing."""
        is_hashing = self._runs.is_entered_to_hash()
        try:
            if not is_hashing and SUSPICIOUS.search(name):
                # Where the location is the whole bucket, key() finds nothing amiss.
                validate_file_name(name, allow_relative_path=True)
            return run.key(name)
        except SuspiciousOperation as error:
            if is_hashing:
                # A reference in a CSS file: Django names the file and the line.
                return None
            with reported_to_the_command(run):
                raise ImproperlyConfigured(
                    f"'{name}' would be stored outside of the storage's location. "
                    "Correct the prefix in STATICFILES_DIRS, or the finder that gives "
                    "this name."
                ) from error


def refuse_deleted(run: Run, key: str) -> None:
    """Raise what a storage raises for a file that is not there."""
    if key in run.files.deleted:
        raise FileNotFoundError(f"File does not exist: {key}")


def bytes_of(file: Any) -> bytes:
    """Return the whole content of an open file, without a copy if it has it ready."""
    if isinstance(getattr(file, "file", None), BytesIO):
        data: bytes = file.file.getvalue()
        return data
    return b"".join(
        chunk if isinstance(chunk, bytes) else chunk.encode() for chunk in file.chunks()
    )
