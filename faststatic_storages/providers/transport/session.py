"""How an SDK's ``requests`` session connects, in obstore's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from requests import Session
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy

from faststatic_storages.providers.transport.connecting import connecting
from faststatic_storages.providers.transport.words import NotExpressible

# Who connects in another way has methods of its own for one of these.
CONNECTING = ("cert_verify", "init_poolmanager", "proxy_manager_for", "send")


def client_options(
    session: Session,
    url: str,
    *,
    connect_timeout: float | None,
    read_timeout: float | None,
    verify: bool | str | None = None,
    proxies: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """
    Return the client options of an obstore that asks ``url``.

    The environment counts as it does for ``requests``: proxies, ``NO_PROXY`` and
    ``REQUESTS_CA_BUNDLE``; ``proxies`` are a client's own. Timeouts are in seconds.
    Raises ``NotExpressible``.
    """
    adapter = type(session.get_adapter(url))
    if any(
        getattr(adapter, name) is not getattr(HTTPAdapter, name, None)
        for name in CONNECTING
    ):
        raise NotExpressible(f"the connection adapter {adapter.__qualname__}")
    if not session.trust_env:
        raise NotExpressible("a session that ignores the environment's proxies")
    settings = session.merge_environment_settings(
        url, dict(proxies or {}), None, verify, None
    )
    if settings["cert"]:
        raise NotExpressible("a client certificate")
    proxy = select_proxy(url, settings["proxies"])
    if proxies and not proxy:
        # obstore would take the environment's.
        raise NotExpressible("proxies that leave out the endpoint's scheme")
    return connecting(
        url,
        connect_timeout=connect_timeout,
        read_timeout=read_timeout,
        verify=settings["verify"],
        proxy=proxy,
    )
