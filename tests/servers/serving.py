"""HTTP as a store speaks it: a connection stays open until it is reset."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


class ResetConnection(Exception):
    """Raised in the place of an answer to drop the connection."""


def http_server(
    application: WSGIApplication, host: str = "127.0.0.1"
) -> BaseWSGIServer:
    """Return a server on a free port, on which it listens and does not answer yet."""
    return make_server(
        host, 0, application, threaded=True, request_handler=KeepAliveHandler
    )


@contextmanager
def serving(server: BaseWSGIServer) -> Iterator[None]:
    # A thread each is what werkzeug starts for the connections.
    thread = threading.Thread(target=server.serve_forever, args=[0.05], name="server")
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class KeepAliveHandler(MotoRequestHandler):
    """As a store does it; werkzeug closes each connection after 10 ms of waiting."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def make_environ(self) -> WSGIEnvironment:
        """Read the whole body: what remained would be taken for the next request."""
        environ = super().make_environ()
        if environ.pop("HTTP_TRANSFER_ENCODING", None):
            body = environ["wsgi.input"].read()
            environ["CONTENT_LENGTH"] = str(len(body))
        else:
            body = self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        return environ

    def run_wsgi(self) -> None:
        try:
            chunks, status, headers = run_wsgi_app(
                self.server.app, self.make_environ(), buffered=True
            )
            body = b"".join(chunks)
        except ResetConnection:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            socket.close(self.connection.detach())
            self.close_connection = True
            return
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        headers.setdefault("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the server's ``requests`` tell more."""
