"""As many kept connections as there are workers, for SDKs that use ``requests``."""

from __future__ import annotations

import requests
from requests.adapters import HTTPAdapter


def keep_connections(session: requests.Session, count: int) -> None:
    """
    Let ``session`` keep ``count`` connections to a host, and be itself otherwise.

    Beyond the 10 that it keeps by default, each request pays for a new TLS handshake.
    """
    for prefix, adapter in list(session.adapters.items()):
        # An adapter of another class (a client certificate's, a project's) stays.
        if type(adapter) is HTTPAdapter:
            session.mount(
                prefix,
                HTTPAdapter(pool_maxsize=count, max_retries=adapter.max_retries),
            )
