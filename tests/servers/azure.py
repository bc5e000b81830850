"""Azure Blob Storage on 127.0.0.1: Azurite behind a recording proxy."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from azure.core.utils import parse_connection_string
from azure.storage.blob import (
    AccountSasPermissions,
    ResourceTypes,
    generate_account_sas,
)
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from tests.servers.process import free_port, running
from tests.servers.proxy import RecordingProxy
from tests.servers.recording import Request

# The connection string of a server that runs already, or of a storage account.
CONNECTION_STRING = "AZURE_STORAGE_CONNECTION_STRING"

AZURITE = "azurite@3.35.0"
CACHE = Path(__file__).parents[2] / ".cache/azurite"
# https://learn.microsoft.com/azure/storage/common/storage-use-azurite#well-known-storage-account-and-key
ACCOUNT = "devstoreaccount1"
KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoG"
    "MGw=="
)

OPERATIONS = {
    ("GET", False, "list"): "List",
    ("POST", False, "batch"): "DeleteBatch",
    ("GET", True, ""): "Get",
    ("HEAD", True, ""): "Head",
    ("PUT", True, ""): "Put",
    ("PUT", True, "block"): "UploadChunk",
    ("PUT", True, "blocklist"): "CommitChunks",
    ("DELETE", True, ""): "Delete",
    ("PUT", False, ""): "CreateContainer",
}


class AzureServer(RecordingProxy):
    def __init__(self) -> None:
        super().__init__()
        self.account = ACCOUNT
        self.key = KEY
        # Only the emulators have the account's name in the path.
        self.account_path = f"/{ACCOUNT}"

    def parse(self, http: HttpRequest, body: bytes) -> tuple[str, str]:
        path, _, _ = http.environ["RAW_URI"].partition("?")
        path = path.removeprefix(self.account_path)
        match = re.match(r"/[^/]+(/(?P<key>.*))?$", path)
        assert match, path
        key = unquote(match["key"] or "")
        operation = OPERATIONS[http.method, bool(key), http.args.get("comp", "")]
        return operation, key

    def forward(self, request: Request) -> Response:
        if not request.headers.get("Authorization", "").startswith("Bearer "):
            return super().forward(request)
        # Azurite takes tokens over HTTPS alone: ask it with the account's key.
        headers = Headers(request.headers)
        del headers["Authorization"]
        sas = generate_account_sas(
            self.account,
            self.key,
            ResourceTypes(object=True),
            AccountSasPermissions(write=True),
            datetime.now(UTC) + timedelta(hours=1),
        )
        target = f"{request.target}?{sas}"
        return super().forward(replace(request, target=target, headers=headers))

    def connection_string(self, url: str = "") -> str:
        return (
            f"AccountName={self.account};AccountKey={self.key};"
            f"BlobEndpoint={url or self.url}{self.account_path};"
        )


@contextmanager
def azure_server() -> Iterator[AzureServer]:
    proxy = AzureServer()
    with proxy.running():
        if connection_string := os.environ.get(CONNECTION_STRING):
            parsed = parse_connection_string(
                connection_string, case_sensitive_keys=True
            )
            proxy.account, proxy.key = parsed["AccountName"], parsed["AccountKey"]
            endpoint = parsed.get("BlobEndpoint") or (
                f"https://{proxy.account}.blob.core.windows.net"
            )
            if not endpoint.rstrip("/").endswith(proxy.account_path):
                proxy.account_path = ""
            proxy.upstream = endpoint.rstrip("/").removesuffix(proxy.account_path)
            yield proxy
            return
        with azurite() as proxy.upstream:
            yield proxy


def azurite() -> AbstractContextManager[str]:
    port = free_port()
    arguments = [
        *("--blobHost", "127.0.0.1", "--blobPort", str(port)),
        *("--inMemoryPersistence", "--silent", "--skipApiVersionCheck"),
        "--disableTelemetry",
    ]
    return running(executable(), arguments, port)


def executable() -> Path:
    """Return Azurite's program; the first time, npm installs it (half a minute)."""
    program = CACHE / "node_modules/.bin/azurite-blob"
    CACHE.mkdir(parents=True, exist_ok=True)
    # Another environment's tests may be installing it right now.
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():  # pragma: no cover
            install_azurite()
    return program


def install_azurite() -> None:  # pragma: no cover
    if (npm := shutil.which("npm")) is None:
        pytest.skip(
            "Azurite needs npm, and "
            f"{CONNECTION_STRING} does not name a server that runs"
        )
    command = [npm, "install", "--no-audit", "--no-fund", "--fetch-retries=1"]
    subprocess.run([*command, "--prefix", CACHE, AZURITE], check=True, timeout=300)
