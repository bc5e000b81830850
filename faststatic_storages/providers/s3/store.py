"""The storage's S3 settings in obstore's words, or which of them it has no word for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from botocore import UNSIGNED
from storages.backends.s3 import S3Storage

from faststatic_storages.providers.s3.request import PutRequests
from faststatic_storages.providers.transport.connecting import connecting
from faststatic_storages.providers.transport.words import (
    NotExpressible,
    Said,
    header_value,
    metadata,
    refuse_environment,
)

ATTRIBUTES = {
    "CacheControl": "Cache-Control",
    "ContentDisposition": "Content-Disposition",
    "ContentEncoding": "Content-Encoding",
    "ContentLanguage": "Content-Language",
    "ContentType": "Content-Type",
    "StorageClass": "Storage-Class",
}
# obstore reads these by itself and boto3 does not: the two would send different things.
FOREIGN_ENVIRONMENT = (
    "AWS_CHECKSUM_ALGORITHM",
    "AWS_CONDITIONAL_PUT",
    "AWS_DISABLE_TAGGING",
    "AWS_REQUEST_PAYER",
    "AWS_S3_EXPRESS",
    "AWS_SERVER_SIDE_ENCRYPTION",
    "AWS_SKIP_SIGNATURE",
    "AWS_UNSIGNED_PAYLOAD",
)


# What tells of the bytes: no two objects have the same.
OF_ONE_BODY = (
    "ChecksumCRC",
    "ChecksumMD5",
    "ChecksumSHA",
    "ChecksumXXHASH",
    "ContentLength",
    "ContentMD5",
)
CHECKSUM = "ChecksumAlgorithm"


def translated(parameters: Mapping[str, Any]) -> Said:
    """Translate the parameters of a put; raise ``NotExpressible``."""
    attributes: dict[str, str] = {}
    tags: dict[str, str] = {}
    said = Said({"attributes": attributes, "tags": tags}, {})
    for name, value in parameters.items():
        if name in ATTRIBUTES:
            attributes[ATTRIBUTES[name]] = header_value(name, value)
        elif name == "Metadata":
            attributes.update(metadata(value))
        elif name == "Tagging":
            tags.update(parse_qsl(value, keep_blank_values=True))
        elif name.startswith(OF_ONE_BODY):
            raise NotExpressible(f"the object parameter {name}")
        elif name == CHECKSUM and value != "SHA256":
            raise NotExpressible(f'the {CHECKSUM} {value!r}, but knows "SHA256"')
        else:
            said.by_store[name] = value
    return said


def s3_store(
    storage: S3Storage, requests: PutRequests, by_store: Mapping[str, Any]
) -> Any:
    """
    Return an obstore ``S3Store`` that acts as the client of ``requests``.

    It sends with all objects what the parameters ``by_store`` say. Raises
    ``NotExpressible`` and ``ImportError``.
    """
    from obstore.auth.boto3 import Boto3CredentialProvider
    from obstore.store import S3Store

    config = requests.client.meta.config
    _refuse_what_has_no_word(storage, config)
    session = storage._create_session()
    if session.get_credentials() is None:
        raise NotExpressible("a session without credentials")
    request = requests.of(storage.bucket_name, by_store)
    store_config: Any = {
        "region": request.region,
        # Whatever stands before the key is the bucket's: a host, a path, or both.
        "endpoint": request.address,
        # Else obstore would ask the environment for this one, and prefer it.
        "aws_endpoint_url_s3": request.address,
        "virtual_hosted_style_request": True,
    }
    if CHECKSUM in by_store:
        store_config["checksum_algorithm"] = by_store[CHECKSUM]
    options: Any = connecting(
        request.address,
        connect_timeout=config.connect_timeout,
        read_timeout=config.read_timeout,
        verify=_verify(storage, session),
        proxy=_proxy(config, urlsplit(request.address).scheme),
    )
    options["default_headers"] = request.headers
    return S3Store(
        storage.bucket_name,
        config=store_config,
        client_options=options,
        retry_config={
            "max_retries": max(config.retries.get("total_max_attempts", 5) - 1, 0)
        },
        credential_provider=Boto3CredentialProvider(session),
    )


def _refuse_what_has_no_word(storage: S3Storage, config: Any) -> None:
    if type(storage).connection is not S3Storage.connection:
        name = type(storage).__qualname__
        raise NotExpressible(f"the connection property of {name}")
    if config.signature_version not in ("s3v4", "v4"):
        is_unsigned = config.signature_version is UNSIGNED
        version = "unsigned" if is_unsigned else repr(config.signature_version)
        raise NotExpressible(f"signature_version {version}")
    if storage.bucket_name.endswith("--x-s3"):
        raise NotExpressible(f"the bucket_name {storage.bucket_name!r}")
    if (config.s3 or {}).get("payload_signing_enabled") is False:
        # It is signed, so that the service refuses other bytes whatever its ETags say.
        raise NotExpressible("client_config s3 payload_signing_enabled False")
    for option in ("client_cert", "proxies_config"):
        if getattr(config, option, None):
            raise NotExpressible(f"client_config {option}")
    refuse_environment(FOREIGN_ENVIRONMENT)


def _verify(storage: S3Storage, session: Any) -> Any:
    if storage.verify is not None:
        return storage.verify
    return session._session.get_config_variable("ca_bundle") or True


def _proxy(config: Any, scheme: str) -> str | None:
    if not config.proxies:
        return None
    proxy: str | None = config.proxies.get(scheme)
    if proxy is None:
        raise NotExpressible("proxies that leave out the endpoint's scheme")
    return proxy
