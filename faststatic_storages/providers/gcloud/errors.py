"""What a Google Cloud error means to the person who deploys."""

from __future__ import annotations

from google.api_core.exceptions import (
    GoogleAPICallError,
    RetryError,
    from_http_response,
)
from google.auth.exceptions import (
    DefaultCredentialsError,
    GoogleAuthError,
    TransportError,
)
from requests import RequestException, Response

from faststatic_storages.providers.base import Action, Explanation
from faststatic_storages.providers.remedies import AGAIN, Remedies
from faststatic_storages.providers.transport.throttling import Answer

CREDENTIALS = (
    "Check credentials (GS_CREDENTIALS), the key file that "
    "GOOGLE_APPLICATION_CREDENTIALS names or the machine's service account, and that "
    "they have not been revoked."
)
NO_CREDENTIALS = (
    "Set credentials (GS_CREDENTIALS), set the environment variable "
    "GOOGLE_APPLICATION_CREDENTIALS to the path of a service account's key file, or "
    'run "gcloud auth application-default login".'
)
BUCKET = "Create the bucket, or correct bucket_name (GS_BUCKET_NAME)."
UNIFORM_ACCESS = (
    "The bucket has uniform access: set default_acl (GS_DEFAULT_ACL) to None, take acl "
    "out of object_parameters, and give allUsers the role Storage Object Viewer."
)
SLOW_DOWN = (
    'Set OPTIONS["max_workers"] to a lower number, and run the command again. One '
    "object can be written about once a second."
)
NETWORK = (
    "Check the network, proxies and STORAGE_EMULATOR_HOST, then run the command again."
)

RETENTION = (
    "A retention policy or a hold keeps the object: put the static files into a bucket "
    "without one, or end it."
)
BILLING = "Enable billing for the bucket's project."
ORGANIZATION = (
    "The organization forbids it, and no role allows it: ask who administers its "
    "policies and VPC Service Controls."
)

# What an answer says where its status tells too little.
BY_WORDS = {
    "uniform bucket-level access": UNIFORM_ACCESS,
    "retention policy": RETENTION,
    "retention configuration": RETENTION,
    "event-based hold": RETENTION,
    "temporary hold": RETENTION,
    "billing": BILLING,
    "organization's policy": ORGANIZATION,
    "constraint": ORGANIZATION,
    "public access prevention": ORGANIZATION,
}

BY_CODE = {
    "401": CREDENTIALS,
    "404": BUCKET,
    "408": AGAIN,
    "429": SLOW_DOWN,
    "500": AGAIN,
    "502": AGAIN,
    "503": SLOW_DOWN,
    "504": AGAIN,
}

PERMISSIONS: dict[Action, str] = {
    "list": (
        "Grant storage.objects.list on the bucket (role Storage Object Viewer), take "
        "GoogleCloudWriteOnlyManifestStaticStorage, or put SkipExistsDeleteMixin in "
        "the place of PreloadMetadataMixin: it never lists."
    ),
    "read": "Grant storage.objects.get on the bucket (role Storage Object Viewer).",
    "upload": (
        "Grant storage.objects.create, and storage.objects.delete to replace objects, "
        "on the bucket (role Storage Object User; Storage Object Admin if default_acl "
        "is set)."
    ),
    "delete": "Grant storage.objects.delete on the bucket (role Storage Object User).",
}

REMEDIES = Remedies(
    by_code=BY_CODE,
    permissions=PERMISSIONS,
    credentials=CREDENTIALS,
    local=[
        (DefaultCredentialsError, NO_CREDENTIALS),
        ((RequestException, ConnectionError, TransportError), NETWORK),
        (GoogleAuthError, CREDENTIALS),
    ],
)


def explain(error: BaseException, action: Action) -> Explanation:
    """Return the cause and the remedy; ``action`` is what was refused."""
    error = _answer_of_the_service(error)
    if not isinstance(error, GoogleAPICallError):
        return REMEDIES.for_local_error(error)
    cause = f"{error.code} {_message(error)}"
    explanation = REMEDIES.for_answer(cause, action, status=error.code)
    if error.code in (400, 403, 412):
        for words, remedy in BY_WORDS.items():
            if words in cause.lower():
                return explanation._replace(remedy=remedy)
    return explanation


def answer_of(error: BaseException) -> Answer | None:
    """Return what the service has answered, at last where the SDK has retried."""
    error = _answer_of_the_service(error)
    if not isinstance(error, GoogleAPICallError):
        return None
    return Answer(error.code, "", getattr(error.response, "headers", {}))


def _answer_of_the_service(error: BaseException) -> BaseException:
    """Return the error that made the SDK give up, in its API's own class."""
    if isinstance(error, RetryError) and error.cause is not None:
        error = error.cause
    response = getattr(error, "response", None)
    if not isinstance(error, GoogleAPICallError) and isinstance(response, Response):
        # An upload's, whose class is the transfer's.
        answer: GoogleAPICallError = from_http_response(response)
        return answer
    return error


def _message(error: GoogleAPICallError) -> str:
    """Return the service's own words; the SDK adds URL, body and status to them."""
    try:
        message: str = error.response.json()["error"]["message"]
    except (AttributeError, KeyError, TypeError, ValueError):
        message = error.message
    return message
