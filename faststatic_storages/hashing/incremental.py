"""Let Django hash, and leave out what it repeats."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import groupby
from typing import Any

from django.contrib.staticfiles.storage import HashedFilesMixin
from django.contrib.staticfiles.utils import matches_patterns

from faststatic_storages.hashing.adjustable import (
    RewrittenPaths,
    is_utf_8,
    one_at_a_time,
)
from faststatic_storages.hashing.notes import notes_of
from faststatic_storages.hashing.patterns import LinePattern, line_pattern
from faststatic_storages.hashing.references import Hashing, References
from faststatic_storages.hashing.remembered import DIGITS
from faststatic_storages.hashing.remembering import RememberingMixin
from faststatic_storages.hashing.trust import (
    REWRITING,
    django_takes_the_start_of_the_md5,
)
from faststatic_storages.run.run import Run
from faststatic_storages.run.seams import is_method_of, is_overridden


class IncrementalHashingMixin(RememberingMixin):
    """
    Let Django rewrite a file again only if it could come out different.

    Django's ``post_process()`` rewrites every CSS and JavaScript file at least three
    times, because a file that it refers to may have got another name since. Most refer
    to none. The rewriting itself is Django's, and so are the names and the bytes.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patterns = {
            extension: [(line_pattern(one), *others) for one, *others in patterns]
            for extension, patterns in self._patterns.items()
        }

    @cached_property
    def _rewrites_as_django_does(self) -> bool:
        return not any(is_overridden(type(self), name) for name in REWRITING)

    def _hashing_run(self) -> Run | None:
        """Return the run in which Django's own code is hashing, if any."""
        if not self._rewrites_as_django_does:
            return None
        entry = self._runs.entered()
        return entry.run if entry is not None else None

    def _post_process(self, paths: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        run = self._hashing_run()
        if run is None:
            results: Iterator[Any] = super()._post_process(paths, *args, **kwargs)
            return results
        hashing, (adjustable_paths, hashed_files) = run.part(Hashing), args
        if hashing.references is None or not hashed_files:
            return self._first_pass(run, paths, adjustable_paths, hashed_files)
        return self._next_pass(hashing.references, paths, hashed_files)

    def _first_pass(
        self,
        run: Run,
        paths: Mapping[str, Any],
        adjustable_paths: list[str],
        hashed_files: dict[str, str],
    ) -> Iterator[Any]:
        rewritten = RewrittenPaths(
            adjustable_paths, lambda name: self._can_refer(run, paths[name][1])
        )
        hashing = run.part(Hashing)
        references = hashing.references = References(rewritten)
        hashing.paths = paths
        hashing.remembered = self._remember(run, paths, adjustable_paths)
        results = self._in_turn(hashing, paths, rewritten, hashed_files)
        for result in one_at_a_time(results, adjustable_paths):
            references.order.append(result[0])
            references.complete &= not isinstance(result[2], Exception)
            yield rewritten.corrected(result)

    def _in_turn(
        self,
        hashing: Hashing,
        paths: Mapping[str, Any],
        rewritten: RewrittenPaths,
        hashed_files: dict[str, str],
    ) -> Iterator[Any]:
        """Yield what Django yields, in its order, and hash what is not remembered."""
        names = hashing.remembered.names
        in_order = sorted(paths, key=path_level, reverse=True) if names else paths
        for is_remembered, group in groupby(in_order, names.__contains__):
            if is_remembered:
                for name in group:
                    # Until Django 6.1, the manifest has this very order.
                    hashed_files[name] = names[name]
                    yield name, names[name], name in rewritten.names, False
            else:
                batch = {name: paths[name] for name in group}
                yield from super()._post_process(batch, rewritten, hashed_files)

    def _hash_what_is_remembered(self, run: Run) -> None:
        hashing = run.part(Hashing)
        paths = {name: hashing.paths[name] for name in hashing.remembered.rewritten}
        hashed_files = {**self._hashed_files()}
        for _ in super()._post_process(paths, paths, hashed_files):
            pass

    def _next_pass(
        self,
        references: References,
        paths: Mapping[str, Any],
        hashed_files: dict[str, str],
    ) -> Iterator[Any]:
        rewritten = references.rewritten
        batches: Iterable[Mapping[str, Any]] = [paths]
        if references.complete:
            batches = (
                {name: paths[name]}
                for name in references.order
                if name in paths and references.take_outdated(name, hashed_files)
            )
        for batch in batches:
            for result in super()._post_process(batch, rewritten, hashed_files):
                yield rewritten.corrected(result)

    def _can_refer(self, run: Run, path: str) -> bool:
        """Return whether Django may find a reference in a file, or not decode it."""
        patterns = [
            pattern
            for extension, found in self._patterns.items()
            if matches_patterns(path, (extension,))
            for pattern, *_ in found
        ]
        at_hand = run.sources.at_hand
        if at_hand is None or not all(
            isinstance(pattern, LinePattern) for pattern in patterns
        ):
            return True
        data = at_hand.read()
        has_reference = any(pattern.can_match(data) for pattern in patterns)
        return has_reference or not is_utf_8(data)

    def file_hash(self, name: str, *args: Any, **kwargs: Any) -> Any:
        run, file_hash = self._current_run(), super().file_hash
        content = args[0] if args else kwargs.get("content")
        at_hand = run.sources.at_hand if run is not None else None
        if (
            at_hand is not None
            and at_hand.has_bytes_of(content)
            and takes_the_start_of_the_md5(file_hash)
        ):
            return at_hand.md5()[:DIGITS]
        return file_hash(name, *args, **kwargs)

    def url_converter(self, name: str, *args: Any, **kwargs: Any) -> Any:
        convert = super().url_converter(name, *args, **kwargs)
        if (notes := notes_of(self._hashing_run())) is None:
            return convert
        notes.name = name

        def converter(match: Any) -> Any:
            notes.is_converting = True
            try:
                return convert(match)
            finally:
                notes.is_converting = False

        return converter

    def _stored_name(self, name: str, *args: Any, **kwargs: Any) -> Any:
        stored_name = super()._stored_name(name, *args, **kwargs)
        run = self._hashing_run()
        notes = notes_of(run)
        references = run.part(Hashing).references if run is not None else None
        if notes is not None and references is not None:
            key = self.hash_key(self.clean_name(posixpath.normpath(name)))
            references.use(notes.name, key, stored_name)
        return stored_name

    def get_ignored_blocks(self, *args: Any, **kwargs: Any) -> Any:
        find = super().get_ignored_blocks
        if (notes := notes_of(self._hashing_run())) is None:
            return find(*args, **kwargs)
        return notes.ignored_blocks(find, *args)


def takes_the_start_of_the_md5(file_hash: Callable[..., Any]) -> bool:
    """Return whether this ``file_hash()`` is Django's, and is what we know it to be."""
    return is_method_of(file_hash, HashedFilesMixin.file_hash) and (
        django_takes_the_start_of_the_md5()
    )


def path_level(name: str) -> int:
    """Return how deep a file lies: Django begins with the deepest."""
    return len(name.split(os.sep))
