"""A provider of one's own, and the project's storage made fast by it."""

import mimetypes
import posixpath
from collections.abc import Iterable, Iterator
from contextlib import suppress
from email.utils import parsedate_to_datetime
from urllib.error import URLError
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from faststatic_storages import PreloadMetadataMixin, TwoPassManifestStorage
from faststatic_storages.providers import (
    Action,
    Content,
    Explanation,
    ObjectInfo,
    Provider,
    Upload,
    explained,
)

from .storage import WebDAVStorage


class WebDAVProvider(Provider):
    def check(self) -> None:
        if not self.storage.base_url.endswith("/"):
            raise ImproperlyConfigured('Let OPTIONS["base_url"] end in a slash.')

    def clean_name(self, name: str) -> str:
        return posixpath.normpath(name)

    def key(self, name: str) -> str:
        path: str = self.storage.path_of(name)
        return f"{path}/" if name.endswith("/") else path

    def upload(self, key: str, content: Content) -> Upload:
        kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
        headers = {"Content-Type": kind, "Content-Length": str(content.size)}
        return Upload(key, content, headers)

    def is_unchanged(
        self, content: Content, remote: ObjectInfo, *, named_by_content: bool
    ) -> bool:
        # The store tells no digest. A hashed name does.
        return named_by_content and content.size == remote.size

    def list(self) -> Iterator[ObjectInfo]:
        root = urlsplit(self.storage.base_url).path
        for entry in self._entries():
            values = {element.tag: element.text or "" for element in entry.iter()}
            if "{DAV:}collection" not in values:
                yield ObjectInfo(
                    key=unquote(urlsplit(values["{DAV:}href"]).path).removeprefix(root),
                    size=int(values["{DAV:}getcontentlength"]),
                    modified=parsedate_to_datetime(values["{DAV:}getlastmodified"]),
                    digest=None,
                )

    def _entries(self) -> Iterable[ElementTree.Element]:
        depth = {"Depth": "infinity"}
        try:
            page = self.storage.request("PROPFIND", self.key(""), depth)
        except FileNotFoundError:
            return ()
        except URLError as error:
            raise self.failure("list", error) from error
        return ElementTree.fromstring(page).iter("{DAV:}response")

    def get(self, key: str) -> bytes:
        try:
            body: bytes = self.storage.request("GET", key)
        except URLError as error:
            raise self.failure("read", error) from error
        return body

    def put(self, upload: Upload) -> ObjectInfo:
        # Of reader(), not of open(): it fails before the last byte if the source is not
        # what it was, and whatever the request makes of that, again at the end.
        with upload.content.reader() as file:
            self.storage.request("PUT", upload.key, upload.parameters, file)
        return ObjectInfo(upload.key, upload.content.size, timezone.now(), None)

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            try:
                with suppress(FileNotFoundError):
                    self.storage.request("DELETE", key)
            except URLError as error:
                raise self.failure("delete", error) from error

    def explain(self, error: BaseException, action: Action) -> Explanation:
        remedy = f"Let this machine {action} at {self.storage.base_url}."
        return explained(f"{type(error).__name__}: {error}", remedy)


class StaticStorage(TwoPassManifestStorage, PreloadMetadataMixin, WebDAVStorage):
    provider_class = WebDAVProvider
