"""What all stores share in putting a storage's settings in obstore's words."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

# A request takes as long as it takes; a stalled one ends by the read timeout.
NO_TIMEOUT = timedelta(hours=24)
# The SDK sends again what obstore failed to, and retries as it is told.
NO_RETRIES: Any = {"max_retries": 0}

# obstore's names of what Google's and Azure's SDKs call so.
WORDS = {
    "cache_control": "Cache-Control",
    "content_disposition": "Content-Disposition",
    "content_encoding": "Content-Encoding",
    "content_language": "Content-Language",
    "content_type": "Content-Type",
}
# obstore takes these, with or without the hyphen, for headers of the object.
HEADERS = {"storage-class", *(word.lower() for word in WORDS.values())}
RESERVED = HEADERS | {header.replace("-", "") for header in HEADERS}


class NotExpressible(Exception):
    """A setting that obstore has no word for; the message names it."""


class Said(NamedTuple):
    """
    What is said of an object.

    ``options`` are given to obstore with it, ``by_store`` is said by the store, of all
    objects that it puts.
    """

    options: dict[str, Any]
    by_store: dict[str, Any]


def attributes(
    parameters: Mapping[str, Any], words: Mapping[str, str]
) -> dict[str, str]:
    """
    Translate the parameters that are set; raise ``NotExpressible``.

    ``words`` has obstore's names of the known ones.
    """
    translated = {}
    for name, value in parameters.items():
        if value is None:
            continue
        if name not in words:
            raise NotExpressible(f"the object parameter {name}")
        translated[words[name]] = header_value(name, value)
    return translated


def metadata(entries: Mapping[str, Any]) -> dict[str, str]:
    """Translate user-defined metadata; raise ``NotExpressible``."""
    for name in entries:
        if name.lower() in RESERVED:
            raise NotExpressible(f"metadata of the name {name!r}")
    return {
        name: header_value(f"metadata {name}", value) for name, value in entries.items()
    }


def header_value(name: str, value: Any) -> str:
    """Return ``value`` if it arrives as it is in a header of HTTP."""
    if (
        isinstance(value, str)
        and value
        and value.isascii()
        and value.isprintable()
        and value == value.strip()
        # Signed, it would have to be one space.
        and "  " not in value
    ):
        return value
    raise NotExpressible(f"the {name} {value!r}")


def refuse_environment(variables: Iterable[str]) -> None:
    """Raise ``NotExpressible`` where one of these environment variables is set."""
    for variable in variables:
        if variable in os.environ:
            raise NotExpressible(f"the environment variable {variable}")
