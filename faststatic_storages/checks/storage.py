"""What is wrong with one storage: what a run says when it opens, asked in advance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from faststatic_storages.checks.aliases import Alias
from faststatic_storages.checks.messages import Finding, is_error
from faststatic_storages.providers import provider_for
from faststatic_storages.providers.base import ProviderError
from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.run.headers import check_headers
from faststatic_storages.run.sharing import refusal_to_clear


def settings_findings(alias: Alias, every: Iterable[Alias]) -> Iterator[Finding]:
    """Yield what the settings alone tell; ``every`` are all storages of the project."""
    storage = alias.storage
    if isinstance(storage, Exception):
        yield storage
        return
    yield from raised_by(storage._check_options)
    try:
        provider = provider_for(storage)
    except ImproperlyConfigured as error:
        yield error
        return
    yield from raised_by(partial(check_headers, storage.headers, provider))
    yield from raised_by(provider.check_settings)
    yield from provider.warnings()
    yield from provider.doubts()
    others = ((one.name, one.storage) for one in every if one.name != alias.name)
    if (refusal := refusal_to_clear(storage, provider, others)) is not None:
        yield refusal


def client_findings(alias: Alias) -> Iterator[Finding]:
    """Yield what only a client tells, of a storage whose settings are right."""
    if any(map(is_error, settings_findings(alias, ()))):
        return
    provider = provider_for(alias.storage)
    refusals = [*raised_by(provider.check)]
    yield from refusals or slow_transport(alias.storage, provider)


def slow_transport(storage: Any, provider: Any) -> Iterator[Finding]:
    """Yield why objects go the slow way, unless that is what was asked for."""
    provider.begin_puts()
    transport = provider.transport
    if transport.reason and storage.transport != "sdk":
        yield Misconfigured(
            Problem.SLOW_TRANSPORT,
            f"Objects are sent through {transport.name}, at several times the CPU of "
            f"obstore, because of {transport.reason}.",
            'Leave that out if you can, or say by OPTIONS["transport"] = "sdk" that it '
            "is meant.",
        )


def raised_by(check: Callable[[], None]) -> Iterator[Finding]:
    try:
        check()
    except (ImproperlyConfigured, ProviderError) as error:
        yield error
