"""A server once more, behind a certificate that no authority signed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import TYPE_CHECKING

from werkzeug.serving import make_ssl_devcert

from tests.servers.serving import http_server, serving

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def make_certificate(directory: Path) -> Path:
    path, _ = make_ssl_devcert(str(directory / "localhost"), host="localhost")
    return Path(path)


@contextmanager
def https_server(application: WSGIApplication, certificate: Path) -> Iterator[str]:
    """Serve ``application`` over HTTPS too, and yield its URL."""
    https = http_server(application, "localhost")
    https.ssl_context = context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    # Each connection's thread shakes hands. Where the one that accepts does it, all
    # wait for the slowest client, and on a busy machine some give up.
    https.socket = context.wrap_socket(
        https.socket, server_side=True, do_handshake_on_connect=False
    )
    with serving(https):
        yield f"https://localhost:{https.port}"
