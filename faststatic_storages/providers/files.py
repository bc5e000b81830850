"""Content as the Django file that a storage's own methods expect."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.files.base import File

from faststatic_storages.sync.content import Content

if TYPE_CHECKING:
    BinaryFile = File[bytes]
else:
    BinaryFile = File


class LazyFile(BinaryFile):
    """A file that is opened when somebody reads it, and closed if it was."""

    def __init__(self, content: Content, name: str) -> None:
        self.name = name
        self.mode = "rb"
        self.content_type = content.content_type
        self._content = content
        self._opened: Any = None

    @property
    def size(self) -> int:
        return self._content.size

    @property
    def file(self) -> Any:  # type: ignore[override]
        if self._opened is None:
            self._opened = self._content.reader()
        return self._opened

    def __exit__(self, *error: Any) -> None:
        # Whatever was made of it, what is wrong with a source comes out.
        if self._opened is not None:
            self._opened.__exit__(*error)


def parameters_of(
    method: Any, own: Callable[..., Any], key: str, content: Content
) -> dict[str, Any]:
    """
    Return what a storage's ``method(key, file)`` says of an upload.

    Where it is django-storages' ``own``, it asks for no more than the content type.
    """
    if getattr(method, "__func__", None) is own:
        parameters: dict[str, Any] = method(key, content)
    else:
        with LazyFile(content, key) as file:
            parameters = method(key, file)
    return parameters
