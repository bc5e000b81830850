"""The storage's Azure settings in obstore's words, or for which it has no word."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from azure.core.pipeline.transport import RequestsTransport
from azure.storage.blob import ContainerClient
from storages.backends.azure_storage import AzureStorage

from faststatic_storages.providers.transport.session import client_options
from faststatic_storages.providers.transport.words import (
    NO_RETRIES,
    NotExpressible,
    refuse_environment,
)

# What makes the client, as django-storages writes it.
CONNECTING = ("_get_service_client", "client", "service_client")
# Client options that the store is given, or that say nothing of a put in one piece.
EXPRESSIBLE = (
    "connection_timeout",
    "connection_verify",
    "logging_enable",
    "max_",
    "min_",
    "read_timeout",
    "retry_",
    "use_byte_buffer",
)
FOREIGN_ENVIRONMENT = ("AZURE_ENCRYPTION_KEY",)
# https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory
SCOPE = "https://storage.azure.com/.default"


def azure_store(storage: AzureStorage, client: ContainerClient) -> Any:
    """
    Return an obstore ``AzureStore`` that acts as ``client``, the storage's own.

    Raises ``NotExpressible`` and ``ImportError``.
    """
    from obstore.store import AzureStore

    _refuse_what_has_no_word(storage)
    transport: Any = client._config.transport  # type: ignore[attr-defined]
    if type(transport) is not RequestsTransport:
        raise NotExpressible("a transport of the project's own")
    connection = transport.connection_config
    url, _, query = client.url.partition("?")
    # The service is told, in the SDK's requests, to give up after the storage's.
    read_timeouts = [one for one in (connection.read_timeout, storage.timeout) if one]
    options: Any = client_options(
        transport.session,
        url,
        connect_timeout=connection.timeout,
        read_timeout=min(read_timeouts, default=None),
        verify=connection.verify,
    )
    return AzureStore(
        client.container_name,
        # Said aloud, so that no environment variable says something else.
        config={
            "account_name": client.account_name or "",
            "endpoint": url.rpartition("/")[0],
            "skip_signature": False,
            "use_emulator": False,
        },
        client_options=options,
        retry_config=NO_RETRIES,
        credential_provider=_credential_of(client, query),
    )


def _refuse_what_has_no_word(storage: AzureStorage) -> None:
    for name in CONNECTING:
        if getattr(type(storage), name) is not getattr(AzureStorage, name):
            raise NotExpressible(f"a {name} of the project's own")
    if storage.connection_string is None:
        for option in storage.client_options:
            if not option.startswith(EXPRESSIBLE):
                raise NotExpressible(f"client_options {option}")
    refuse_environment(FOREIGN_ENVIRONMENT)


def _credential_of(client: ContainerClient, query: str) -> Any:
    """Return what obstore calls for a credential; ``query`` is of the client's URL."""
    credential: Any = client.credential
    if hasattr(credential, "account_key"):
        return lambda: {"access_key": credential.account_key, "expires_at": None}
    if hasattr(credential, "get_token"):
        return lambda: _token_of(credential)
    if credential is None and query:
        pairs = parse_qsl(query, keep_blank_values=True)
        return lambda: {"sas_token": pairs, "expires_at": None}
    raise NotExpressible(f"the credential {type(credential).__name__}")


def _token_of(credential: Any) -> dict[str, Any]:
    token = credential.get_token(SCOPE)
    expires_at = datetime.fromtimestamp(token.expires_on, UTC)
    return {"token": token.token, "expires_at": expires_at}
