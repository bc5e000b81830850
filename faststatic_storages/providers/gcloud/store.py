"""The storage's Google settings in obstore's words, or for which it has no word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from google.auth.credentials import AnonymousCredentials
from google.auth.transport.requests import AuthorizedSession, Request
from google.cloud.storage import Bucket

from faststatic_storages.providers.transport import words
from faststatic_storages.providers.transport.session import client_options
from faststatic_storages.providers.transport.words import (
    NO_RETRIES,
    NotExpressible,
    Said,
    header_value,
    refuse_environment,
)

WORDS = {**words.WORDS, "storage_class": "Storage-Class"}
# obstore reads these key files by itself, and fails if it cannot; it makes no traces.
FOREIGN_ENVIRONMENT = (
    "ENABLE_GCS_PYTHON_CLIENT_OTEL_TRACES",
    "GOOGLE_SERVICE_ACCOUNT",
    "GOOGLE_SERVICE_ACCOUNT_KEY",
    "GOOGLE_SERVICE_ACCOUNT_PATH",
    "SERVICE_ACCOUNT",
)
# In seconds, to connect and to read: the SDK's, which has no setting for it.
TIMEOUT = 60


# https://cloud.google.com/storage/docs/access-control/lists#predefined-acl
ACLS = {
    "authenticatedRead": "authenticated-read",
    "bucketOwnerFullControl": "bucket-owner-full-control",
    "bucketOwnerRead": "bucket-owner-read",
    "private": "private",
    "projectPrivate": "project-private",
    "publicRead": "public-read",
}


def translated(parameters: Mapping[str, Any]) -> Said:
    """Translate the parameters of a put; raise ``NotExpressible``."""
    headers = dict(parameters)
    # As settings call it.
    headers["default_acl"] = headers.pop("predefined_acl", None)
    by_store = {
        name: say(value)
        for name, (_, say) in SAID_BY_STORE.items()
        if (value := headers.pop(name, None)) is not None
    }
    metadata = headers.pop("metadata", None) or {}
    for name in metadata:
        # In a header it would arrive in lower case.
        if name != name.lower():
            raise NotExpressible(f"metadata of the name {name!r}")
    attributes = words.attributes(headers, WORDS) | words.metadata(metadata)
    return Said({"attributes": attributes}, by_store)


def _acl(name: Any) -> str:
    if name not in ACLS:
        raise NotExpressible(f"the default_acl or acl {name!r}")
    return ACLS[name]


def _key(name: Any) -> str:
    if "/cryptoKeyVersions/" in str(name):
        # The SDK leaves it out.
        raise NotExpressible("a kms_key_name with a version")
    return header_value("kms_key_name", name)


def _time(value: Any) -> str:
    if not isinstance(value, datetime):
        raise NotExpressible(f"the custom_time {value!r}")
    # Like the SDK, which ignores its time zone.
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# What a store says of all its objects: in which header, and how.
# https://cloud.google.com/storage/docs/xml-api/reference-headers
SAID_BY_STORE: dict[str, tuple[str, Callable[[Any], str]]] = {
    "custom_time": ("x-goog-custom-time", _time),
    "default_acl": ("x-goog-acl", _acl),
    "kms_key_name": ("x-goog-encryption-kms-key-name", _key),
}


def gcs_store(bucket: Bucket, by_store: Mapping[str, Any]) -> Any:
    """
    Return an obstore ``GCSStore`` that acts as the bucket's own client.

    It says of all objects what ``by_store`` has of ``translated()``.

    Raises ``NotExpressible`` and ``ImportError``.
    """
    from obstore.store import GCSStore

    client = bucket.client
    session = client._http
    _refuse_what_has_no_word(bucket, session)
    url = client.api_endpoint.rstrip("/")
    options: Any = client_options(
        session, url, connect_timeout=TIMEOUT, read_timeout=TIMEOUT
    )
    options["default_headers"] = _headers(bucket, session) | {
        SAID_BY_STORE[name][0]: value for name, value in by_store.items()
    }
    return GCSStore(
        bucket.name,
        # Said aloud, so that no environment variable says something else.
        config={"base_url": url, "skip_signature": False},
        client_options=options,
        retry_config=NO_RETRIES,
        credential_provider=token_of(session.credentials, url),
    )


def _refuse_what_has_no_word(bucket: Bucket, session: Any) -> None:
    if type(bucket) is not Bucket:
        raise NotExpressible("a bucket of a class of the project's own")
    if type(session) is not AuthorizedSession:
        raise NotExpressible("an HTTP session of the project's own")
    if isinstance(session.credentials, AnonymousCredentials):
        # It would send an empty token, which the service refuses.
        raise NotExpressible("anonymous credentials")
    refuse_environment(FOREIGN_ENVIRONMENT)


def _headers(bucket: Bucket, session: Any) -> dict[str, str]:
    """Return what the client says in all requests, beside who it is."""
    headers = {}
    for name, value in (getattr(bucket.client, "_extra_headers", None) or {}).items():
        if not name.lower().startswith("x-"):
            # Of these, each sender has its own.
            raise NotExpressible(f"the client's extra_headers {name}")
        headers[name.lower()] = header_value(f"client's extra_headers {name}", value)
    billed = {bucket.user_project, getattr(session.credentials, "quota_project_id", "")}
    if projects := billed - {None, ""}:
        if len(projects) > 1:
            raise NotExpressible("a user_project that is not the quota_project_id")
        # The SDK says the former in the query, for which the XML API has the header.
        headers["x-goog-user-project"] = header_value("user_project", projects.pop())
    return headers


def token_of(credentials: Any, url: str) -> Callable[[], Any]:
    """Return what obstore calls when the token that it has is about to expire."""
    request = Request()

    def token() -> Any:
        credentials.before_request(request, "PUT", url, {})
        expiry = credentials.expiry
        return {
            "token": credentials.token,
            "expires_at": expiry.replace(tzinfo=UTC) if expiry else None,
        }

    return token
