"""The storage's S3 settings in obstore's words, or which of them it has no word for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from botocore import UNSIGNED
from storages.backends.s3 import S3Storage

from faststatic_storages.providers.transport.connecting import connecting
from faststatic_storages.providers.transport.words import (
    NotExpressible,
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
    "AWS_REQUEST_PAYER",
    "AWS_SERVER_SIDE_ENCRYPTION",
    "AWS_SKIP_SIGNATURE",
    "AWS_UNSIGNED_PAYLOAD",
)


def attributes_and_tags(
    parameters: Mapping[str, Any],
) -> tuple[dict[str, str], dict[str, str]]:
    """Translate the parameters of a put; raise ``NotExpressible``."""
    attributes: dict[str, str] = {}
    tags: dict[str, str] = {}
    for name, value in parameters.items():
        if name == "Metadata":
            attributes.update(metadata(value))
        elif name == "Tagging":
            tags.update(parse_qsl(value, keep_blank_values=True))
        elif name in ATTRIBUTES:
            attributes[ATTRIBUTES[name]] = value
        else:
            raise NotExpressible(f"the object parameter {name}")
    return attributes, tags


def s3_store(storage: S3Storage, client: Any) -> Any:
    """
    Return an obstore ``S3Store`` that acts as ``client``, which boto3 made.

    Raises ``NotExpressible`` and ``ImportError``.
    """
    from obstore.auth.boto3 import Boto3CredentialProvider
    from obstore.store import S3Store

    config = client.meta.config
    _refuse_what_has_no_word(storage, config)
    session = storage._create_session()
    if session.get_credentials() is None:
        raise NotExpressible("a session without credentials")
    region = client.meta.region_name or "us-east-1"
    store_config: Any = {
        "region": region.replace("aws-global", "us-east-1"),
        **_endpoint(storage.bucket_name, client),
    }
    client_options: Any = connecting(
        client.meta.endpoint_url,
        connect_timeout=config.connect_timeout,
        read_timeout=config.read_timeout,
        verify=_verify(storage, session),
        proxy=_proxy(config, client),
    )
    return S3Store(
        storage.bucket_name,
        config=store_config,
        client_options=client_options,
        retry_config={
            "max_retries": max(config.retries.get("total_max_attempts", 5) - 1, 0)
        },
        credential_provider=Boto3CredentialProvider(session),
    )


def _refuse_what_has_no_word(storage: S3Storage, config: Any) -> None:
    if type(storage).connection is not S3Storage.connection:
        raise NotExpressible("a connection property of the project's own")
    if config.signature_version not in ("s3v4", "v4"):
        is_unsigned = config.signature_version is UNSIGNED
        version = "unsigned" if is_unsigned else repr(config.signature_version)
        raise NotExpressible(f"signature_version {version}")
    if storage.bucket_name.startswith("arn:") or storage.bucket_name.endswith("--x-s3"):
        raise NotExpressible(f"the bucket_name {storage.bucket_name!r}")
    for option in ("use_accelerate_endpoint", "payload_signing_enabled"):
        if (config.s3 or {}).get(option) is not None:
            raise NotExpressible(f"client_config s3 {option}")
    for option in ("client_cert", "proxies_config", "use_dualstack_endpoint"):
        if getattr(config, option, None):
            raise NotExpressible(f"client_config {option}")
    refuse_environment(FOREIGN_ENVIRONMENT)


def _endpoint(bucket: str, client: Any) -> dict[str, Any]:
    """Address the bucket as botocore does, by path or by virtual host."""
    endpoint = urlsplit(client.meta.endpoint_url)
    style = (client.meta.config.s3 or {}).get("addressing_style") or "auto"
    is_amazon = (endpoint.hostname or "").endswith(".amazonaws.com")
    if style == "virtual" or (style == "auto" and is_amazon and "." not in bucket):
        return {
            "endpoint": f"{endpoint.scheme}://{bucket}.{endpoint.netloc}",
            "virtual_hosted_style_request": True,
        }
    return {
        "endpoint": client.meta.endpoint_url,
        "virtual_hosted_style_request": False,
    }


def _verify(storage: S3Storage, session: Any) -> Any:
    if storage.verify is not None:
        return storage.verify
    return session._session.get_config_variable("ca_bundle") or True


def _proxy(config: Any, client: Any) -> str | None:
    if not config.proxies:
        return None
    proxy: str | None = config.proxies.get(urlsplit(client.meta.endpoint_url).scheme)
    if proxy is None:
        raise NotExpressible("proxies that leave out the endpoint's scheme")
    return proxy
