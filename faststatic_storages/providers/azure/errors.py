"""What an Azure error means to the person who deploys."""

from __future__ import annotations

from collections.abc import Mapping

from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)

from faststatic_storages.providers.base import Action, Explanation
from faststatic_storages.providers.remedies import AGAIN, Remedies
from faststatic_storages.providers.transport.throttling import Answer

CREDENTIALS = (
    "Check account_name and account_key (AZURE_ACCOUNT_NAME, AZURE_ACCOUNT_KEY), "
    "sas_token, token_credential or connection_string, that they have not expired, and "
    "the machine's clock."
)
MALFORMED = (
    "Copy account_key (AZURE_ACCOUNT_KEY) or connection_string "
    "(AZURE_CONNECTION_STRING) again, whole, from the storage account's access keys."
)
CONTAINER = "Create the container, or correct azure_container (AZURE_CONTAINER)."
SLOW_DOWN = (
    'Set OPTIONS["max_workers"] to a lower number, or allow more attempts with '
    'client_options={"retry_total": 10}.'
)
NETWORK = (
    "Check account_name, endpoint_suffix, connection_string, proxies and the network, "
    "then run the command again."
)

LEASE = (
    "Somebody holds a lease on the blob or the container: break it (az storage blob "
    "lease break), then run the command again."
)
IMMUTABLE = (
    "An immutability policy or a legal hold of the container keeps the blob: put the "
    "static files into a container without one, or end it."
)

BY_CODE = {
    "BlobArchived": (
        "The blob is in the archive tier: set it to hot or cool, or delete it."
    ),
    "BlobImmutableDueToLegalHold": IMMUTABLE,
    "BlobImmutableDueToPolicy": IMMUTABLE,
    "LeaseIdMissing": LEASE,
    "LeaseAlreadyPresent": LEASE,
    "PublicAccessNotPermitted": (
        "The account allows no anonymous access: allow it in the storage account's "
        "configuration, or serve the container through a CDN."
    ),
    "SnapshotsPresent": (
        "The blob has snapshots, which are not deleted for you: delete them, then run "
        "the command again."
    ),
    "AccountIsDisabled": "Enable the storage account, or pay its bill.",
    "AuthenticationFailed": CREDENTIALS,
    "AuthorizationFailure": (
        f"{CREDENTIALS} The storage account's firewall may refuse this machine, too."
    ),
    "ContainerBeingDeleted": "Wait until the container is deleted, then create it.",
    "ContainerNotFound": CONTAINER,
    "InvalidAuthenticationInfo": CREDENTIALS,
    "InvalidResourceName": CONTAINER,
    "KeyBasedAuthenticationNotPermitted": (
        "The account refuses its keys: set token_credential "
        "(AZURE_TOKEN_CREDENTIAL), for example to "
        "azure.identity.DefaultAzureCredential()."
    ),
    "ServerBusy": SLOW_DOWN,
    "OperationTimedOut": SLOW_DOWN,
    "429": SLOW_DOWN,
    "503": SLOW_DOWN,
    "500": AGAIN,
    "502": AGAIN,
    "504": AGAIN,
    "401": CREDENTIALS,
    "404": CONTAINER,
}

ROLE = 'the role Storage Blob Data Contributor, or a SAS token with "{}"'
PERMISSIONS: dict[Action, str] = {
    "list": (
        f"Grant {ROLE.format('l')} (list), take AzureWriteOnlyManifestStaticStorage, "
        "or put SkipExistsDeleteMixin in the place of PreloadMetadataMixin: it never "
        "lists."
    ),
    "read": f"Grant {ROLE.format('r')} (read).",
    "upload": f"Grant {ROLE.format('cw')} (create, write).",
    "delete": f"Grant {ROLE.format('d')} (delete).",
}

REMEDIES = Remedies(
    by_code=BY_CODE,
    permissions=PERMISSIONS,
    credentials=CREDENTIALS,
    local=[
        # Raised before anything is sent.
        (ValueError, MALFORMED),
        (ClientAuthenticationError, CREDENTIALS),
        ((ServiceRequestError, ServiceResponseError), NETWORK),
    ],
)


def explain(error: BaseException, action: Action) -> Explanation:
    """Return the cause and the remedy; ``action`` is what was refused."""
    if isinstance(error, HttpResponseError) and error.status_code:
        code = _code(error)
        cause = f"{error.status_code} {code}: {_message(error)}"
        return REMEDIES.for_answer(cause, action, status=error.status_code, code=code)
    explanation = REMEDIES.for_local_error(error)
    # As early as a ValueError; the SDK does not export its class.
    if type(error).__name__ == "AzureSigningError":
        explanation = explanation._replace(remedy=MALFORMED)
    return explanation


def answer_of(error: BaseException) -> Answer | None:
    if not isinstance(error, HttpResponseError):
        return None
    return Answer(error.status_code, "", getattr(error.response, "headers", {}))


def _code(error: HttpResponseError) -> str:
    """Return Azure's name of the error; HTTP's where the answer has none."""
    code = getattr(error, "error_code", None)
    headers: Mapping[str, str] = getattr(error.response, "headers", {})
    code = getattr(code, "value", code) or headers.get("x-ms-error-code")
    return str(code or error.reason)


def _message(error: HttpResponseError) -> str:
    """Return the first line: request id, time and XML follow."""
    return str(error.message).strip().partition("\n")[0]
