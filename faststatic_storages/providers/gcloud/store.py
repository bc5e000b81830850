"""The storage's Google settings in obstore's words, or for which it has no word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
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
    acl = headers.pop("predefined_acl", None)
    if acl not in (None, *ACLS):
        raise NotExpressible(f"the default_acl or acl {acl!r}")
    by_store = {} if acl is None else {"default_acl": acl}
    metadata = headers.pop("metadata", None) or {}
    for name in metadata:
        # In a header it would arrive in lower case.
        if name != name.lower():
            raise NotExpressible(f"metadata of the name {name!r}")
    attributes = words.attributes(headers, WORDS) | words.metadata(metadata)
    return Said({"attributes": attributes}, by_store)


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
    if by_store:
        options["default_headers"] = {"x-goog-acl": ACLS[by_store["default_acl"]]}
    return GCSStore(
        bucket.name,
        # Said aloud, so that no environment variable says something else.
        config={"base_url": url, "skip_signature": False},
        client_options=options,
        retry_config=NO_RETRIES,
        credential_provider=token_of(session.credentials, url),
    )


def _refuse_what_has_no_word(bucket: Bucket, session: Any) -> None:
    client = bucket.client
    if type(bucket) is not Bucket:
        raise NotExpressible("a bucket of a class of the project's own")
    if type(session) is not AuthorizedSession:
        raise NotExpressible("an HTTP session of the project's own")
    if isinstance(session.credentials, AnonymousCredentials):
        # It would send an empty token, which the service refuses.
        raise NotExpressible("anonymous credentials")
    if bucket.user_project or getattr(session.credentials, "quota_project_id", None):
        raise NotExpressible("a project to bill (user_project, quota_project_id)")
    if client.universe_domain != "googleapis.com":
        raise NotExpressible(f"the universe_domain {client.universe_domain!r}")
    if getattr(client, "_extra_headers", None):
        raise NotExpressible("extra_headers of the client")
    refuse_environment(FOREIGN_ENVIRONMENT)


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
