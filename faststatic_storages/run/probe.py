"""One look at a file as a visitor has it: is what was published public?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.providers.redaction import redacted

if TYPE_CHECKING:
    from faststatic_storages.run.run import Run

TIMEOUT = 5.0
"""In seconds. Nobody waits for it but the person who deploys."""

# Some CDNs refuse what urllib calls itself.
HEADERS = {"User-Agent": "faststatic_storages"}


def not_public(storage: Any, run: Run) -> Iterator[Misconfigured]:
    """Yield what is wrong with reading a file that this run has published, if any."""
    name = min(served_names(storage, run), default=None)
    url: str = storage.url(name) if name is not None else ""
    if url.startswith("//"):
        url = f"https:{url}"
    # A path is the site's own, which may run nowhere yet.
    if url.startswith(("https://", "http://")) and (answer := answer_to(url)):
        yield Misconfigured(
            Problem.NOT_PUBLIC,
            f"What was published cannot be read: GET {redacted(url)} {answer}.",
            "Allow public reading of the bucket (docs/permissions.rst has the policy), "
            "or correct custom_domain and the CDN.",
        )


def served_names(storage: Any, run: Run) -> Iterable[str]:
    if run.has_manifest:
        hashed_files: Mapping[str, str] = storage.hashed_files
        return hashed_files
    if hasattr(storage, "manifest_name"):
        # Without post-processing, the manifest is an older one.
        return ()
    prefix = run.key("")
    return (key.removeprefix(prefix) for key in run.files.found)


def answer_to(url: str) -> str:
    """Return what an anonymous GET comes to; nothing if it is answered with 200."""
    # Only a run needs them.
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    try:
        with urlopen(Request(url, headers=HEADERS), timeout=TIMEOUT):
            return ""
    except HTTPError as error:
        with error:
            return f"answered {error.code}"
    except (OSError, HTTPException, ValueError) as error:
        return f"failed ({redacted(str(getattr(error, 'reason', error)))})"
