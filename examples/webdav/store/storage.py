"""What the project had: a Django storage in a plain HTTP store.

The store knows GET, PUT, DELETE and PROPFIND, and makes directories by itself: an nginx
with ``dav_methods PUT DELETE``, ``dav_ext_methods PROPFIND`` and ``create_full_put_path
on``.
"""

import posixpath
from collections.abc import Mapping
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import Storage

TIMEOUT = 30


class WebDAVStorage(Storage):
    def __init__(self, *, base_url: str, location: str = "") -> None:
        self.base_url = base_url
        self.location = location

    def _open(self, name: str, mode: str = "rb") -> Any:
        return ContentFile(self.request("GET", self.path_of(name)), name)

    def _save(self, name: str, content: Any) -> str:
        length = {"Content-Length": str(content.size)}
        self.request("PUT", self.path_of(name), length, content)
        return posixpath.normpath(name)

    def exists(self, name: str) -> bool:
        try:
            self.request("HEAD", self.path_of(name))
        except FileNotFoundError:
            return False
        return True

    def delete(self, name: str) -> None:
        self.request("DELETE", self.path_of(name))

    def url(self, name: str | None) -> str:
        return self.base_url + quote(self.path_of(name or ""))

    def path_of(self, name: str) -> str:
        path = posixpath.normpath(name) if name else ""
        if path.startswith(("/", "../")) or path == "..":
            raise SuspiciousFileOperation(f"{name!r} is outside of the location.")
        return f"{self.location}{path}"

    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: IO[bytes] | None = None,
    ) -> bytes:
        request = Request(
            self.base_url + quote(path), body, dict(headers or {}), method=method
        )
        try:
            with urlopen(request, timeout=TIMEOUT) as response:
                answer: bytes = response.read()
        except HTTPError as error:
            error.close()
            if error.code == 404:
                raise FileNotFoundError(f"File does not exist: {path}") from error
            raise
        return answer
