"""Only an answer that proves it makes an object stored."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management.base import CommandError
from werkzeug.wrappers import Response

from tests.providers.s3.test_transports import TRANSPORTS
from tests.servers.recorder import Switch
from tests.servers.recording import Request
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site

OTHER = "0123456789abcdef0123456789abcdef"
PAGE = "<html><body>Please sign in</body></html>"
SIZES = {"small": 10, "streamed": 300_000}


def answering(edit: Callable[[Response], object], *operations: str) -> Switch:
    """Answer these operations otherwise than the server does."""

    def switch(request: Request, answer: Callable[[], Response]) -> Response:
        response = answer()
        if request.operation in (operations or ("PutObject",)):
            edit(response)
        return response

    return switch


def headers(**changes: str) -> Switch:
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    return answering(lambda response: response.headers.update(named))


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda: Response(), "has no object there"),
        (lambda: Response(PAGE, mimetype="text/html"), "a page of HTML"),
        (
            lambda: Response(headers={"ETag": f'"{OTHER}"'}),
            f"stored other bytes .*{OTHER}",
        ),
        (lambda: Response(headers={"ETag": '"other"'}), "has no object there"),
    ],
    ids=["nothing", "page", "other bytes", "other ETag"],
)
@TRANSPORTS
def test_answer_that_proves_nothing_fails_the_run(
    site: Site,
    bucket: Bucket,
    server: S3Server,
    answer: Callable[[], Response],
    told: str,
    size: int,
    transport: str,
) -> None:
    site.write({"app.bin": b"x" * size})
    server.react(lambda request: answer(), "PutObject")

    # One object: of several at a time, any may be the first to fail.
    with pytest.raises(CommandError, match=rf"app.bin.*{told}"):
        site.collect(backend=PLAIN, transport=transport)

    assert bucket.keys() == []


@pytest.mark.parametrize(
    "encryption",
    [
        {"x_amz_server_side_encryption": "aws:kms"},
        {"x_amz_server_side_encryption": "aws:kms:dsse"},
        {"x_amz_server_side_encryption_customer_algorithm": "AES256"},
    ],
    ids=["KMS", "DSSE", "SSE-C"],
)
@TRANSPORTS
def test_etag_of_an_encrypted_object_is_another(
    site: Site,
    bucket: Bucket,
    server: S3Server,
    encryption: dict[str, str],
    transport: str,
) -> None:
    names = [f"{number}.txt" for number in range(20)]
    site.write(dict.fromkeys(names, "x"))

    with server.imitating(headers(ETag=f'"{OTHER}"', **encryption)):
        run = site.collect(backend=PLAIN, transport=transport, ledger=False)

    assert sorted(bucket.keys()) == sorted(names)
    # obstore does not see the header: the SDK tells once why the ETag is another.
    assert len(run.requests.of("PutObject")) == (20 if transport == "sdk" else 21)


def test_object_is_asked_for_where_the_answer_has_no_etag(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    site.write({"app.js": "1"})
    switch = answering(lambda response: response.headers.remove("ETag"))

    with server.imitating(switch):
        run = site.collect(backend=PLAIN, transport="sdk")

    assert run.requests.counts() == {
        "ListObjectsV2": 1,
        "PutObject": 1,
        "HeadObject": 1,
    }


def test_another_object_is_there(site: Site, bucket: Bucket, server: S3Server) -> None:
    site.write({"app.js": "1"})
    bucket.put("app.js", b"22")
    server.react(lambda request: Response(), "PutObject")

    with pytest.raises(CommandError, match=r"no ETag of S3, and has another object"):
        site.collect(backend=PLAIN)


def test_object_may_not_be_asked_for(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    site.write({"app.js": "1"})
    server.react(lambda request: Response(), "PutObject")
    server.fail("HeadObject", status=403)

    with pytest.raises(CommandError, match=r"app\.js: 403"):
        site.collect(backend=PLAIN)


def test_multipart_upload_without_an_etag_is_looked_for(
    site: Site, bucket: Bucket, server: S3Server
) -> None:
    site.write({"film.mp4": b"x" * 9_000_000})

    def edit(response: Response) -> None:
        text = response.get_data(as_text=True)
        start, end = text.index("<ETag>"), text.index("</ETag>") + len("</ETag>")
        response.set_data(text[:start] + text[end:])

    with server.imitating(answering(edit, "CompleteMultipartUpload")):
        run = site.collect(backend=PLAIN)

    assert run.requests.counts()["HeadObject"] == 1
    assert bucket.keys() == ["film.mp4"]


@TRANSPORTS
def test_refused_credential_is_asked_with_twice(
    site: Site, server: S3Server, transport: str
) -> None:
    site.write({f"{number}.txt": "x" for number in range(300)})
    server.fail("PutObject", status=403, code="InvalidAccessKeyId")

    with pytest.raises(CommandError, match="299 more were not tried"):
        site.collect(backend=PLAIN, transport=transport)

    expected: Any = {"auto": 2, "obstore": 2, "sdk": 1}
    assert len(server.requests.of("PutObject")) == expected[transport]


def test_services_name_the_key_in_equal_errors(site: Site, server: S3Server) -> None:
    site.write({"1.bin": b"1" * 300_000, "2.bin": b"2" * 300_000})
    for name in ("1.bin", "2.bin"):
        body = f"<Error><Code>AccessDenied</Code><Message>Not {name}.</Message></Error>"
        server.fail("PutObject", key=name, status=403, body=body)

    with pytest.raises(CommandError, match=r"  [12]\.bin, [12]\.bin: 403 AccessDenied"):
        site.collect(backend=PLAIN)


def test_equal_errors_are_one_line(site: Site, server: S3Server) -> None:
    site.write({f"{number}.txt": "x" for number in range(30)})
    together = threading.Barrier(8)

    def wait_for_the_others(request: Request) -> None:
        together.wait(timeout=20)

    for nth in range(2, 10):
        server.react(wait_for_the_others, "PutObject", nth=nth)
        server.fail("PutObject", nth=nth, status=403, code="AccessDenied")

    with pytest.raises(CommandError, match=r"8 objects could not") as caught:
        site.collect(backend=PLAIN, max_workers=8, transport="sdk")

    [line] = [one for one in str(caught.value).splitlines() if one.startswith("  ")]
    assert " and 3 more: 403 AccessDenied" in line
