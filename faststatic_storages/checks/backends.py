"""The names of our classes, for settings that have another one."""

from __future__ import annotations

import inspect
from importlib import import_module
from pkgutil import iter_modules

from faststatic_storages import backends
from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.run.options import nearest


def is_named_like_ours(backend: str) -> bool:
    return backend.startswith("faststatic_storages.")


def no_such_class(backend: str) -> Misconfigured:
    """Return what to say of a dotted path in our package that leads nowhere."""
    module, _, _ = backend.rpartition(".")
    right = nearest(backend, known) if (known := classes_in(module)) else in_modules()
    return Misconfigured(
        Problem.NO_CLASS,
        f"BACKEND is {backend!r}, which is not there.",
        f"Did you mean {right}? Files other than static ones keep "
        "their class of django-storages.",
    )


def in_modules() -> str:
    names = (module.name for module in iter_modules(backends.__path__))
    return f"a class of faststatic_storages.backends: {', '.join(sorted(names))}"


def classes_in(module: str) -> list[str]:
    try:
        members = inspect.getmembers(import_module(module), inspect.isclass)
    except ImportError:
        return []
    return [
        f"{module}.{name}" for name, cls in members if name.endswith("StaticStorage")
    ]
