"""Django's manifest hashing without the work that it repeats."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any, cast

from django.contrib.staticfiles.storage import HashedFilesMixin
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.base import ContentFile
from django.utils.encoding import filepath_to_uri

from faststatic_storages.hashing.adjustable import (
    AdjustablePaths,
    is_utf_8,
    one_at_a_time,
)
from faststatic_storages.hashing.patterns import LinePattern, sped_up
from faststatic_storages.hashing.references import References
from faststatic_storages.run.parent import ParentStorage
from faststatic_storages.run.run import Run
from faststatic_storages.run.sources import TrackedStorage
from faststatic_storages.run.staging import StagedStorageMixin

# Where a class between ours and Django's has its own, nothing is left out.
SEAMS = (
    "_post_process",
    "_stored_name",
    "_url",
    "get_ignored_blocks",
    "is_in_ignored_block",
    "url_converter",
)


class PlainUrlMixin(ParentStorage):
    """
    Spare the parent's ``url()`` while Django hashes; stands behind Django's mixin.

    Of the URL of each reference Django takes the last segment and drops the rest, and
    an SDK spends half a millisecond on signing nothing.
    """

    def url(self, name: str, *args: Any, **kwargs: Any) -> Any:
        url = super().url
        if self._runs.publishing is not None and self._provider.is_plain_url(url):
            return f"/{filepath_to_uri(name)}"
        return url(name, *args, **kwargs)


class IncrementalHashingMixin(StagedStorageMixin):
    """
    Let Django rewrite a file again only if it could come out different.

    Django's ``post_process()`` rewrites every CSS and JavaScript file at least three
    times, because a file that it refers to may have got another name since. Most refer
    to none. The rewriting itself is Django's, and so are the names and the bytes.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patterns = {
            extension: [(sped_up(pattern), *others) for pattern, *others in patterns]
            for extension, patterns in self._patterns.items()
        }

    def _post_process(
        self,
        paths: Mapping[str, Any],
        adjustable_paths: list[str],
        hashed_files: dict[str, str],
    ) -> Iterator[Any]:
        run = self._runs.publishing
        if run is None or not self._rewrites_as_django_does:
            yield from super()._post_process(paths, adjustable_paths, hashed_files)
            return
        references = run.references
        if references is None or not hashed_files:
            adjustable = AdjustablePaths(
                adjustable_paths, lambda name: self._can_refer(run, *paths[name])
            )
            references = run.references = References(adjustable)
            results = super()._post_process(paths, adjustable, hashed_files)
            for result in one_at_a_time(results, adjustable_paths):
                references.order.append(result[0])
                references.complete &= not isinstance(result[2], Exception)
                yield adjustable.corrected(result)
            return
        batches: Iterable[Mapping[str, Any]] = [paths]
        if references.complete:
            batches = (
                {name: paths[name]}
                for name in references.order
                if name in paths and references.take_outdated(name, hashed_files)
            )
        for batch in batches:
            for result in super()._post_process(
                batch, references.adjustable, hashed_files
            ):
                yield references.adjustable.corrected(result)

    def _can_refer(self, run: Run, storage: Any, path: str) -> bool:
        """Return whether Django may find a reference in a file, or not decode it."""
        patterns = [
            pattern
            for extension, found in self._patterns.items()
            if matches_patterns(path, (extension,))
            for pattern, *_ in found
        ]
        if not isinstance(storage, TrackedStorage) or not all(
            isinstance(pattern, LinePattern) for pattern in patterns
        ):
            return True
        data = run.sources.read(storage.source(path))
        has_reference = any(pattern.can_match(data) for pattern in patterns)
        return has_reference or not is_utf_8(data)

    def file_hash(self, name: str, content: Any = None) -> str | None:
        run = self._runs.publishing
        if run is not None and content is not None:
            source = run.sources.behind(content)
            file_hash = super().file_hash
            if source is not None and takes_the_start_of_the_md5(file_hash):
                return run.sources.md5(source)[:12]
        return super().file_hash(name, content)

    def url_converter(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if (references := self._references()) is not None:
            references.begin(name)
        return super().url_converter(name, *args, **kwargs)

    def _stored_name(self, name: str, hashed_files: dict[str, str]) -> str:
        stored_name = super()._stored_name(name, hashed_files)
        if (references := self._references()) is not None:
            key = self.hash_key(self.clean_name(posixpath.normpath(name)))
            references.use(key, stored_name)
        return stored_name

    def _references(self) -> References | None:
        run = self._runs.publishing
        references: References | None = run.references if run is not None else None
        return references

    def get_ignored_blocks(
        self, content: str, pattern: re.Pattern[str]
    ) -> list[tuple[int, int]]:
        find = super().get_ignored_blocks
        references = self._references()
        if references is None:
            return find(content, pattern)
        blocks = references.ignored_blocks(content, pattern, find)
        return cast("list[tuple[int, int]]", blocks)

    @cached_property
    def _rewrites_as_django_does(self) -> bool:
        django_s_and_ours = (IncrementalHashingMixin, HashedFilesMixin)
        return not any(
            seam in vars(base)
            for base in type(self).__mro__
            if base not in django_s_and_ours
            for seam in SEAMS
        )


def takes_the_start_of_the_md5(file_hash: Callable[..., Any]) -> bool:
    """Return whether this ``file_hash()`` is Django's, and is what we know it to be."""
    return getattr(file_hash, "__func__", None) is HashedFilesMixin.file_hash and (
        _django_takes_the_start_of_the_md5()
    )


@cache
def _django_takes_the_start_of_the_md5() -> bool:
    probe = b"a later release may hash otherwise"
    md5 = hashlib.md5(probe, usedforsecurity=False).hexdigest()
    return HashedFilesMixin().file_hash("probe", ContentFile(probe)) == md5[:12]
