"""The storage's Azure settings in obstore's words, or for which it has no word."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from azure.core.credentials import AzureSasCredential
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
    "audience",
    "connection_timeout",
    "connection_verify",
    "logging_",
    "max_",
    "min_",
    "proxies",
    "read_timeout",
    "retry_",
    "secondary_hostname",
    "use_byte_buffer",
    "user_agent",
)
FOREIGN_ENVIRONMENT = ("AZURE_ENCRYPTION_KEY",)
# https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory
AUDIENCE = "https://storage.azure.com"


def azure_store(storage: AzureStorage, client: ContainerClient) -> Any:
    """
    Return an obstore ``AzureStore`` that acts as ``client``, the storage's own.

    Raises ``NotExpressible`` and ``ImportError``.
    """
    from obstore.store import AzureStore

    _refuse_what_has_no_word(storage)
    config: Any = client._config
    transport = config.transport
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
        proxies=config.proxy_policy.proxies,
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
        credential_provider=_credential_of(storage, client, query),
    )


def _refuse_what_has_no_word(storage: AzureStorage) -> None:
    for name in CONNECTING:
        if getattr(type(storage), name) is not getattr(AzureStorage, name):
            raise NotExpressible(f"a {name} of the project's own")
    if storage.connection_string is None:
        for option in storage.client_options:
            if not option.startswith(EXPRESSIBLE):
                # django-storages makes one of its own setting of that name.
                is_setting = option == "api_version" and storage.api_version
                raise NotExpressible(
                    option if is_setting else f"client_options {option}"
                )
    refuse_environment(FOREIGN_ENVIRONMENT)


def _credential_of(storage: AzureStorage, client: ContainerClient, query: str) -> Any:
    """Return what obstore calls for a credential; ``query`` is of the client's URL."""
    credential: Any = client.credential
    if hasattr(credential, "account_key"):
        return lambda: {"access_key": credential.account_key, "expires_at": None}
    if hasattr(credential, "get_token"):
        audience = storage.client_options.get("audience") or AUDIENCE
        scope = f"{str(audience).rstrip('/')}/.default"
        return lambda: _token_of(credential, scope)
    if isinstance(credential, AzureSasCredential):
        query = credential.signature.removeprefix("?")
    if not query:
        raise NotExpressible("a client without credentials")
    pairs = parse_qsl(query, keep_blank_values=True)
    return lambda: {"sas_token": pairs, "expires_at": None}


def _token_of(credential: Any, scope: str) -> dict[str, Any]:
    token = credential.get_token(scope)
    expires_at = datetime.fromtimestamp(token.expires_on, UTC)
    return {"token": token.token, "expires_at": expires_at}
