"""How a client connects, in obstore's words."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from faststatic_storages.providers.transport.words import NO_TIMEOUT, NotExpressible


def connecting(
    url: str,
    *,
    connect_timeout: float | None,
    read_timeout: float | None,
    verify: bool | str | os.PathLike[str],
    proxy: str | None,
) -> dict[str, Any]:
    """
    Return the client options of an obstore that asks ``url``.

    Timeouts are in seconds, ``verify`` may be the path of certificates to trust. Raises
    ``NotExpressible``.
    """
    return {
        "allow_http": url.startswith("http:"),
        "connect_timeout": _duration(connect_timeout),
        "read_timeout": _duration(read_timeout),
        "timeout": NO_TIMEOUT,
        **_tls(verify),
        **_proxy(proxy),
    }


def _duration(seconds: float | None) -> timedelta:
    return timedelta(seconds=seconds) if seconds else NO_TIMEOUT


def _tls(verify: bool | str | os.PathLike[str]) -> dict[str, Any]:
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
