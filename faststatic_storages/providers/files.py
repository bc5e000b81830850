"""Content as the Django file that a storage's own methods expect."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
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

    @property
    def size(self) -> int:
        return self._content.size

    @cached_property
    def file(self) -> Any:  # type: ignore[override]
        return self._content.open()

    def close(self) -> None:
        if "file" in vars(self):
            self.file.close()


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
