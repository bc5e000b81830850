"""Switches: how a test server answers as another service would."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from html import escape, unescape
from urllib.parse import unquote

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response

from tests.servers.recorder import Recorder, Switch
from tests.servers.recording import PUTS, Request

GETS = ("Get", "GetObject")
LISTS = ("List", "ListObjectsV2")
KEY = re.compile(r"(?<=<Key>).*?(?=</Key>)")
ETAG = re.compile(r"(?<=<ETag>)(?:\"|&quot;)(.*?)(?:\"|&quot;)(?=</ETag>)")
ENCODING_TYPE = re.compile(r"<EncodingType>.*?</EncodingType>")


@contextmanager
def imitating(server: Recorder, switch: Switch) -> Iterator[Counter[object]]:
    """
    Let the server answer as another would.

    What it yields counts answers: above zero those of the other, below those that only
    this server gives.
    """
    answers = Counter[object]()

    def count(step: int) -> Switch:
        def counting(request: Request, answer: Callable[[], Response]) -> Response:
            response = answer()
            headers = tuple(response.headers)
            answers[response.status_code, headers, response.get_data()] += step
            return response

        return counting

    with server.imitating(count(-1), switch, count(1)):
        yield answers


def listing(*edits: Callable[[str], str]) -> Switch:
    """Write the listings otherwise."""

    def switch(request: Request, answer: Callable[[], Response]) -> Response:
        response = answer()
        if request.operation in LISTS:
            text = response.get_data(as_text=True)
            for edit in edits:
                text = edit(text)
            response.set_data(text)
        return response

    return switch


def keys(edit: Callable[[str], str]) -> Switch:
    return listing(lambda text: KEY.sub(lambda match: edit(match[0]), text))


def raw_keys() -> Switch:
    """Do not understand ``encoding-type``."""

    def raw(key: str) -> str:
        return escape(unquote(unescape(key)), quote=False)

    return listing(
        lambda text: KEY.sub(lambda match: raw(match[0]), text),
        lambda text: ENCODING_TYPE.sub("", text),
    )


def without(tag: str) -> Switch:
    return listing(lambda text: re.sub(f"<{tag}>.*?</{tag}>", "", text))


def etags(edit: Callable[[str], str]) -> Switch:
    """Write ETags otherwise, in listings and in headers; ``edit`` gets no quotes."""
    in_listings = listing(lambda text: ETAG.sub(lambda one: escape(edit(one[1])), text))

    def switch(request: Request, answer: Callable[[], Response]) -> Response:
        response = in_listings(request, answer)
        with suppress(KeyError):
            response.headers["ETag"] = edit(response.headers["ETag"].strip('"'))
        return response

    return switch


def header_names(edit: Callable[[str], str | None]) -> Switch:
    """Write the names of headers otherwise; ``None`` leaves one out."""

    def edited(headers: Headers) -> Iterator[tuple[str, str]]:
        for name, value in headers.items():
            if (written := edit(name)) is not None:
                yield written, value

    def switch(request: Request, answer: Callable[[], Response]) -> Response:
        response = answer()
        response.headers = Headers(list(edited(response.headers)))
        return response

    return switch


def refusing(
    refuses: Callable[[Request], bool],
    status: int,
    code: str,
    message: str = "Refused",
    **headers: str,
) -> Switch:
    """Refuse in S3's words what ``refuses`` says."""
    body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"

    def switch(request: Request, answer: Callable[[], Response]) -> Response:
        if refuses(request):
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return Response(body, status, named, content_type="application/xml")
        return answer()

    return switch


def first_puts() -> Callable[[Request], bool]:
    """Say of each key that it is put for the first time."""
    seen = set[str]()

    def is_first(request: Request) -> bool:
        if request.operation not in PUTS or request.key in seen:
            return False
        seen.add(request.key)
        return True

    return is_first


def later_puts() -> Callable[[Request], bool]:
    """Say of each key that it has been put before."""
    is_first = first_puts()
    return lambda request: request.operation in PUTS and not is_first(request)


def first_requests(number: int) -> Callable[[Request], bool]:
    arrived = iter(range(number))
    return lambda request: next(arrived, None) is not None


def cache() -> Switch:
    """Keep each object as it was read first, for longer than the test takes."""
    kept: dict[str, Response] = {}

    def switch(request: Request, answer: Callable[[], Response]) -> Response:
        if request.operation not in GETS:
            return answer()
        if request.target not in kept:
            if (response := answer()).status_code != 200:
                return response
            kept[request.target] = response
        return kept[request.target]

    return switch


def google_cache() -> Switch:
    """
    Keep objects as above, but describe them as they are.

    A description links to the very bytes by their generation, which no emulator does
    and which is what the SDK downloads by where it has asked for the object first.
    """
    cached = cache()

    def switch(request: Request, answer: Callable[[], Response]) -> Response:
        response = cached(request, answer)
        if request.operation == "Head" and response.status_code == 200:
            described = json.loads(response.get_data())
            described["mediaLink"] += f"&generation={described['generation']}"
            response.set_data(json.dumps(described))
        return response

    return switch
