"""A server once more, behind a certificate that no authority signed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server, make_ssl_devcert

from tests.servers.s3 import KeepAliveHandler


def make_certificate(directory: Path) -> Path:
    path, _ = make_ssl_devcert(str(directory / "localhost"), host="localhost")
    return Path(path)


@contextmanager
def https_server(application: Any, certificate: Path) -> Iterator[str]:
    """Serve ``application`` over HTTPS too, and yield its URL."""
    https = make_server(
        "localhost",
        0,
        application,
        threaded=True,
        request_handler=KeepAliveHandler,
        ssl_context=(str(certificate), str(certificate.with_suffix(".key"))),
    )
    thread = threading.Thread(target=https.serve_forever)
    thread.start()
    try:
        yield f"https://localhost:{https.port}"
    finally:
        https.shutdown()
        thread.join()
        https.server_close()
