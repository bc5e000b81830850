"""The storages in the settings, made without a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from django.utils.module_loading import import_string

from faststatic_storages.checks.backends import is_named_like_ours, no_such_class
from faststatic_storages.providers.misconfigured import Misconfigured
from faststatic_storages.run.opening import OpeningMixin


class Alias:
    """One entry of ``STORAGES``; nothing is imported or made before it is asked for."""

    def __init__(self, name: str, entry: Mapping[str, Any]) -> None:
        self.name = name
        self.setting = f'STORAGES["{name}"]'
        self._backend = str(entry.get("BACKEND"))
        self._options = entry.get("OPTIONS") or {}

    @property
    def is_ours(self) -> bool:
        found = self._class
        if isinstance(found, Exception):
            # In a project's module, it comes of what the module imports of ours.
            return isinstance(found, Misconfigured)
        return issubclass(found, OpeningMixin)

    @cached_property
    def storage(self) -> Any:
        """The storage, or the error that keeps it from being made."""
        if isinstance(self._class, Exception):
            return self._class
        try:
            storage = constructed(self._class, self._options)
        except Exception as error:
            return error
        refusal = getattr(storage, "_refusal", None)
        return storage if refusal is None else refusal.error

    @cached_property
    def _class(self) -> type | Exception:
        try:
            cls: type = import_string(self._backend)
        except ImportError as error:
            is_ours = is_named_like_ours(self._backend)
            return no_such_class(self._backend) if is_ours else error
        except Exception as error:
            return error
        return cls


def aliases(storages: Mapping[str, Mapping[str, Any]]) -> Iterator[Alias]:
    return (Alias(name, entry) for name, entry in storages.items())


def constructed(cls: Any, options: Mapping[str, Any]) -> Any:
    """Construct a storage that does not read its manifest, which is a request."""
    storage: Any = cls.__new__(cls, **options)
    storage.load_manifest = lambda: ({}, "")
    storage.__init__(**options)
    return storage
