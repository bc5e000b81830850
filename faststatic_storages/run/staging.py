"""What Django asks of a storage, answered by the run while there is one."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.core.files.base import File
from django.core.files.utils import validate_file_name
from django.utils import timezone

from faststatic_storages.run import collectstatic
from faststatic_storages.run.errors import reported_to_the_command
from faststatic_storages.run.run import Run
from faststatic_storages.run.transaction import TransactionMixin
from faststatic_storages.sync.content import Content
from faststatic_storages.sync.index import directory_entries


class StagedStorageMixin(TransactionMixin):
    """
    In a run, stage saves and deletes, and answer as if they had happened.

    Outside a run, be the parent class.
    """

    def exists(self, name: str) -> bool:
        if (run := self._current_run()) is None:
            return super().exists(name)
        if (key := self._key_in_run(run, name)) is None:
            return False
        exists = run.exists(key)
        return super().exists(name) if exists is None else exists

    def delete(self, name: str) -> None:
        if (run := self._current_run()) is None:
            super().delete(name)
        else:
            run.delete(run.key(name))

    def hashed_name(
        self, name: str, content: Any = None, filename: str | None = None
    ) -> str:
        hashed_name = super().hashed_name(name, content, filename)
        if (run := self._runs.publishing) is not None and content is not None:
            source = run.sources.behind(content)
            run.remember_hashed(run.key(hashed_name), source)
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
            same = run.holds(key, run.sources.file(*source))
            extreme = datetime.max if same else datetime.min
            return extreme.replace(tzinfo=UTC) if settings.USE_TZ else extreme
        if run.content(key) is not None:
            return timezone.now()
        if run.index is not None and (info := run.index.get(key)) is not None:
            return (
                info.modified if settings.USE_TZ else timezone.make_naive(info.modified)
            )
        return super().get_modified_time(name)

    def size(self, name: str) -> int:
        if (run := self._current_run()) is not None:
            key = run.key(name)
            if (content := run.content(key)) is not None:
                return self._provider.encoded(key, content).size
            if run.index is not None and (info := run.index.get(key)) is not None:
                return info.size
        return super().size(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        run = self._current_run()
        if run is None or (keys := run.keys()) is None:
            return super().listdir(path)
        return directory_entries(keys, run.key(f"{path}/" if path else ""))

    def _open(self, name: str, mode: str = "rb") -> Any:
        if (run := self._current_run()) is not None and "r" in mode:
            key = run.key(name)
            if (content := run.content(key)) is not None:
                return File(content.open(), name)
            if run.is_directory(key):
                raise IsADirectoryError(f"Is a directory: {key}")
            if run.is_deleted(key):
                raise FileNotFoundError(f"File does not exist: {key}")
        return super()._open(name, mode)

    def _save(self, name: str, content: Any) -> str:
        if (run := self._current_run()) is None:
            return super()._save(name, content)
        run.save(run.key(name), self._staged_content(run, content))
        return self._provider.clean_name(name)

    def _staged_content(self, run: Run, file: Any) -> Content:
        if (source := run.sources.behind(file)) is not None:
            return source
        if (copied := collectstatic.source_of_save(file)) is not None:
            return run.sources.file(*copied)
        content = run.hold(bytes_of(file))
        content.content_type = getattr(file, "content_type", None)
        return content

    def _key_in_run(self, run: Run, name: str) -> str | None:
        """Return the key; of a name outside the location, ``None`` while hashing."""
        try:
            if self._runs.publishing is None and name:
                # Where the location is the whole bucket, key() finds nothing amiss.
                validate_file_name(name, allow_relative_path=True)
            return run.key(name)
        except SuspiciousOperation as error:
            if self._runs.publishing is not None:
                # A reference in a CSS file: Django names the file and the line.
                return None
            with reported_to_the_command(self._provider):
                raise ImproperlyConfigured(
                    f"'{name}' would be stored outside of the storage's location. "
                    "Correct the prefix in STATICFILES_DIRS, or the finder that gives "
                    "this name."
                ) from error


def bytes_of(file: Any) -> bytes:
    """Return the whole content of an open file, without a copy if it has it ready."""
    if isinstance(getattr(file, "file", None), BytesIO):
        data: bytes = file.file.getvalue()
        return data
    return b"".join(
        chunk if isinstance(chunk, bytes) else chunk.encode() for chunk in file.chunks()
    )
