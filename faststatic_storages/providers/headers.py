"""Headers by rule: what a put is told besides what the storage says of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import translate
from typing import Any, TypeAlias

Rules: TypeAlias = Sequence[tuple[str, Mapping[str, Any]]]
"""Patterns of names, and the parameters of those puts in the service's own words."""


def no_cache_control(key: str) -> str | None:
    """Leave ``Cache-Control`` to the storage."""
    return None


class Headers:
    """
    The parameters that the first fitting rule adds, and the default ``Cache-Control``.

    ===================  =========================================================
    said by              counts
    ===================  =========================================================
    a rule               always
    the storage          where no rule says otherwise
    ``cache_control``    where neither says anything of how long to keep the object
    ===================  =========================================================

    ``cache_control`` returns the default of a key, ``None`` for none.
    """

    def __init__(
        self,
        rules: Rules = (),
        cache_control: Callable[[str], str | None] = no_cache_control,
    ) -> None:
        self._rules = [
            (re.compile(translate(pattern)).match, dict(parameters))
            for pattern, parameters in rules
        ]
        self._cache_control = cache_control

    def merged(
        self,
        key: str,
        parameters: Mapping[str, Any],
        *,
        prefix: Callable[[], str],
        caching: Sequence[str],
    ) -> dict[str, Any]:
        """
        Return ``parameters`` with all that is added for ``key``.

        ``prefix`` returns what keys have in front of the names that the rules are for.
        ``caching`` are the parameters that say how long to keep an object; the first
        is ``Cache-Control``.
        """
        merged = dict(parameters)
        if self._rules:
            name = key.removeprefix(prefix())
            fitting = (added for fits, added in self._rules if fits(name))
            merged.update(next(fitting, {}))
        if caching and not any(merged.get(name) for name in caching):
            default = self._cache_control(key)
            if default is not None:
                merged[caching[0]] = default
        return merged
