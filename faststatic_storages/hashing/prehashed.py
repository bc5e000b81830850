"""Files whose names have a hash already: they are a bundler's, and stay as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from fnmatch import translate
from functools import cached_property
from typing import Any, TypeAlias

from django.utils.module_loading import import_string

from faststatic_storages.hashing.remembered import Remembered, path_of
from faststatic_storages.hashing.remembering import RememberingMixin
from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.run.run import Run

Prehashed: TypeAlias = Sequence[str] | Callable[[str], bool] | str


class PrehashedMixin(RememberingMixin):
    """
    Let what a bundler has hashed keep its name and its bytes.

    ``prehashed`` are patterns of names, or tells of a name whether it is such a file's;
    as a string it is the dotted path of what tells.
    To Django these are files that refer to no others, and that hash to their own name.
    """

    prehashed: Prehashed | None

    def _our_options(self) -> dict[str, Any]:
        return {**super()._our_options(), "prehashed": None}

    def _check_options(self) -> None:
        super()._check_options()
        prehashed: Any = self.prehashed
        with suppress(ImportError):
            if isinstance(prehashed, str):
                prehashed = import_string(prehashed)
        is_callable = prehashed is None or callable(prehashed)
        if not is_callable and not is_patterns(prehashed):
            raise Misconfigured(
                Problem.WRONG_OPTION,
                f"prehashed is {self.prehashed!r}.",
                'Set it to a list of patterns, such as ["assets/*"], or to a function '
                "that takes a name, or to its dotted path.",
            )

    @cached_property
    def _is_prehashed(self) -> Callable[[str], Any]:
        prehashed: Any = self.prehashed
        if isinstance(prehashed, str):
            prehashed = import_string(prehashed)
        if callable(prehashed):
            is_prehashed: Callable[[str], Any] = prehashed
            return is_prehashed
        return re.compile("|".join(map(translate, prehashed))).match

    def hashed_name(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if self.prehashed:
            content = args[0] if args else kwargs.get("content")
            path = path_of(name)
            # What is not there, Django tells.
            if self._is_prehashed(path) and (content is not None or self.exists(path)):
                return name
        return super().hashed_name(name, *args, **kwargs)

    def _post_process(self, paths: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        if self.prehashed:
            # Django's own list of what it rewrites, at which it looks later as well.
            adjustable_paths = args[0] if args else kwargs["adjustable_paths"]
            adjustable_paths[:] = [
                name for name in adjustable_paths if not self._is_prehashed(name)
            ]
        results: Iterator[Any] = super()._post_process(paths, *args, **kwargs)
        return results

    def _remember(
        self, run: Run, paths: Mapping[str, Any], adjustable: Collection[str]
    ) -> Remembered:
        if self.prehashed:
            # Since an earlier run, the option may have come to fit more names.
            paths = {
                name: source
                for name, source in paths.items()
                if not self._is_prehashed(name)
            }
        return super()._remember(run, paths, adjustable)

    def _cache_control(self, run: Run, key: str) -> str | None:
        if self.prehashed and self._is_prehashed(key.removeprefix(run.key(""))):
            return self.hashed_cache_control
        return super()._cache_control(run, key)


def is_patterns(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(
        isinstance(pattern, str) for pattern in value
    )
