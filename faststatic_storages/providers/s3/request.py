"""What botocore itself would send for a put: where to, and with which headers."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from faststatic_storages.providers.transport.words import NotExpressible, header_value

KEY = "key"
ALGORITHM = "AWS4-HMAC-SHA256"
# What is said of one request or of one body, or by whoever sends.
OF_ONE_REQUEST = (
    "accept",
    "amz-sdk-",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-md5",
    "content-type",
    "expect",
    "host",
    "transfer-encoding",
    "user-agent",
    "x-amz-checksum-",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-security-token",
    "x-amz-te",
    "x-amz-trailer",
    "x-amzn-trace-id",
)


class PutRequest(NamedTuple):
    """``address`` is what stands before the slash and the key."""

    address: str
    region: str
    headers: dict[str, str]


class PutRequests:
    """
    Tells how a client would put an object, without putting it.

    A presigned URL does not tell: for some regions it names another host. So a request
    is made and signed, and answered before it is sent; those of other threads are not.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self._asked = threading.local()
        client.meta.events.register_first("before-send.s3.PutObject", self._answer)

    def of(self, bucket: str, parameters: Mapping[str, Any]) -> PutRequest:
        """Return what is sent with these parameters; raise ``NotExpressible``."""
        requests: list[Any] = []
        self._asked.requests = requests
        try:
            self.client.put_object(Bucket=bucket, Key=KEY, Body=b"", **parameters)
        finally:
            del self._asked.requests
        [request] = requests
        said_as = self._parameters()
        headers = {name: text(value) for name, value in request.headers.items()}
        return PutRequest(
            address_of(request.url),
            region_of(headers.get("Authorization", "")),
            {
                name: header_value(said_as.get(name.lower(), f"header {name}"), value)
                for name, value in headers.items()
                if not name.lower().startswith(OF_ONE_REQUEST)
            },
        )

    def _parameters(self) -> dict[str, str]:
        """Return the parameters of a put by the headers in which they are sent."""
        operation = self.client.meta.service_model.operation_model("PutObject")
        return {
            shape.serialization.get("name", "").lower(): name
            for name, shape in operation.input_shape.members.items()
        }

    def _answer(self, request: Any, **_: Any) -> AWSResponse | None:
        if not hasattr(self._asked, "requests"):
            return None
        self._asked.requests.append(request)
        request.is_sample = True
        return AWSResponse(request.url, 200, HTTPHeaders(), NoBody())


def is_sample(request: Any) -> bool:
    """Return whether a request was made to be looked at, and is never sent."""
    return getattr(request, "is_sample", False)


class NoBody:
    """The body of an answer that has none, as botocore reads it."""

    def stream(self) -> tuple[bytes, ...]:
        return ()


def text(value: str | bytes) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def address_of(url: str) -> str:
    address = url.removesuffix(f"/{KEY}")
    scheme, host, *_ = urlsplit(url)
    if address == url or host != host.lower():
        # It would be sent in lower case.
        raise NotExpressible(f"the host's name in {scheme}://{host}")
    return address


def region_of(authorization: str) -> str:
    """Return the region for which it is signed, as Amazon's S3 is signed for."""
    algorithm, _, credential = authorization.partition(" Credential=")
    if algorithm != ALGORITHM:
        raise NotExpressible(f"the signature {algorithm or 'of a kind of its own'}")
    # The access key may have slashes.
    *_, region, service, _ = credential.partition(",")[0].split("/")
    if service != "s3":
        raise NotExpressible(f"a signature for the service {service}")
    return region
