"""What a server saw: its requests, in the order of their arrival."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from werkzeug.datastructures import Headers

# What the protocols call it when an object is stored by one request.
PUTS = ("Put", "PutObject")


@dataclass(frozen=True, slots=True)
class Request:
    """
    One request as the server saw it, and what its protocol calls it.

    ``target`` is the path and the query as they were sent.
    """

    operation: str
    key: str
    method: str
    target: str
    headers: Headers = field(compare=False, repr=False)
    body: bytes = field(compare=False, repr=False)

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)


class Requests(list[Request]):
    def counts(self) -> dict[str, int]:
        return dict(Counter(request.operation for request in self))

    def of(self, *operations: str) -> Requests:
        return Requests(one for one in self if one.operation in operations)

    def keys(self, operation: str = "") -> list[str]:
        """Return the keys that were put, or what else ``operation`` did to them."""
        operations = (operation,) if operation else PUTS
        return [request.key for request in self.of(*operations)]
