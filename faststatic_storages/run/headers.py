"""The option ``headers``, checked before a run relies on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faststatic_storages.providers.base import Provider
from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.run.options import nearest


def check_headers(rules: object, provider: Provider) -> None:
    """Raise ``ImproperlyConfigured``, with what to write, for rules that are none."""
    known = provider.known_parameters
    if rules and not known:
        raise Misconfigured(
            Problem.WRONG_OPTION,
            f"headers is set, and {provider.place} takes none.",
            "Leave it out.",
        )
    if not isinstance(rules, (list, tuple)):
        raise not_a_rule("headers", rules, provider)
    for number, rule in enumerate(rules):
        if not is_rule(rule):
            raise not_a_rule(f"headers[{number}]", rule, provider)
        for parameter in rule[1]:
            if parameter not in known:
                raise Misconfigured(
                    Problem.WRONG_OPTION,
                    f"headers[{number}] has {parameter!r}, which is no parameter of an "
                    f"upload to {provider.place}.",
                    f"Write {nearest(parameter, known)}.",
                )


def is_rule(rule: Any) -> bool:
    return (
        isinstance(rule, (list, tuple))
        and len(rule) == 2
        and isinstance(rule[0], str)
        and isinstance(rule[1], Mapping)
    )


def not_a_rule(place: str, value: object, provider: Provider) -> Misconfigured:
    parameter = provider.caching_parameters[0]
    example = ("*.woff2", {parameter: "public, max-age=86400"})
    return Misconfigured(
        Problem.WRONG_OPTION,
        f"{place} is {value!r}. headers is a list of pairs, a pattern and the "
        "parameters of what fits it.",
        f'Write such as: "headers": [{example!r}]',
    )
