"""How an SDK's ``requests`` session connects, in obstore's words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from requests import Session
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy

from faststatic_storages.providers.transport.words import NO_TIMEOUT, NotExpressible

# Who connects in another way has methods of its own for one of these.
CONNECTING = ("cert_verify", "init_poolmanager", "proxy_manager_for", "send")


def client_options(
    session: Session,
    url: str,
    *,
    connect_timeout: float | None,
    read_timeout: float | None,
    verify: bool | str | None = None,
) -> dict[str, Any]:
    """
    Return the client options of an obstore that asks ``url``.

    The environment counts as it does for ``requests``: proxies, ``NO_PROXY`` and
    ``REQUESTS_CA_BUNDLE``. Timeouts are in seconds. Raises ``NotExpressible``.
    """
    adapter = type(session.get_adapter(url))
    if any(
        getattr(adapter, name) is not getattr(HTTPAdapter, name, None)
        for name in CONNECTING
    ):
        raise NotExpressible(f"the connection adapter {adapter.__qualname__}")
    if not session.trust_env:
        raise NotExpressible("a session that ignores the environment's proxies")
    settings = session.merge_environment_settings(url, {}, None, verify, None)
    if settings["cert"]:
        raise NotExpressible("a client certificate")
    return {
        "allow_http": url.startswith("http:"),
        "connect_timeout": _duration(connect_timeout),
        "read_timeout": _duration(read_timeout),
        "timeout": NO_TIMEOUT,
        **_tls(settings["verify"]),
        **_proxy(select_proxy(url, settings["proxies"])),
    }


def _duration(seconds: float | None) -> timedelta:
    return timedelta(seconds=seconds) if seconds else NO_TIMEOUT


def _tls(verify: bool | str) -> dict[str, Any]:
    if verify is True:
        return {}
    if verify is False:
        return {"allow_invalid_certificates": True}
    path = Path(verify)
    if not path.is_file():
        raise NotExpressible(f"the certificates in {verify}, which is not a file")
    return {"root_certificate": path.read_bytes()}


def _proxy(proxy: str | None) -> dict[str, Any]:
    if not proxy:
        return {}
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    if not proxy.startswith(("http://", "https://")):
        raise NotExpressible(f"a proxy of the kind {proxy.partition(':')[0]}")
    return {"proxy_url": proxy}
