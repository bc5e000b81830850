"""What an S3 error means to the person who deploys: the cause, then the remedy."""

from __future__ import annotations

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
)

from faststatic_storages.providers.base import Action, Explanation, explained
from faststatic_storages.providers.remedies import AGAIN, Remedies
from faststatic_storages.providers.s3.doubts import bucket_in_endpoint
from faststatic_storages.providers.transport.throttling import Answer

CREDENTIALS = (
    "Check access_key and secret_key (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), the "
    "session_profile or the machine's role, and that they have not expired."
)
REGION = "Set region_name (AWS_S3_REGION_NAME) to the bucket's region."
CHECKSUMS = (
    "If the service is not Amazon's, it may not know the checksums that boto3 sends: "
    "set client_config to botocore.config.Config("
    'request_checksum_calculation="when_required", '
    'response_checksum_validation="when_required").'
)
SLOW_DOWN = (
    'Set OPTIONS["max_workers"] to a lower number, or allow more attempts with '
    'client_config=botocore.config.Config(retries={"max_attempts": 10}).'
)
NO_CHECKSUM = (
    "The bucket demands a checksum of each object, as with object lock: set "
    'object_parameters (AWS_S3_OBJECT_PARAMETERS) to {"ChecksumAlgorithm": "SHA256"}.'
)
CONDITION = (
    "Leave IfMatch and IfNoneMatch out of object_parameters "
    "(AWS_S3_OBJECT_PARAMETERS): a run replaces what it has to. If they are not there, "
    "somebody else wrote the object: run the command again."
)
NETWORK = (
    "Check endpoint_url (AWS_S3_ENDPOINT_URL), region_name, proxies and the network, "
    "then run the command again."
)

# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
CLOCK = (
    "The clock of this machine is wrong, and the service takes no request that is more "
    "than 15 minutes old or of the future: set the clock, or let NTP do it."
)

BY_CODE = {
    "NoSuchBucket": (
        "Create the bucket, or correct bucket_name (AWS_STORAGE_BUCKET_NAME)."
    ),
    "InvalidAccessKeyId": CREDENTIALS,
    "SignatureDoesNotMatch": CREDENTIALS,
    "ExpiredToken": CREDENTIALS,
    "InvalidToken": CREDENTIALS,
    "InvalidClientTokenId": CREDENTIALS,
    "TokenRefreshRequired": CREDENTIALS,
    "KeyTooLongError": (
        "Give the file a shorter name or location: with both, and with the hash in a "
        "hashed name, a key has at most 1,024 bytes."
    ),
    "RequestTimeTooSkewed": CLOCK,
    "RequestExpired": CLOCK,
    "AuthorizationHeaderMalformed": REGION,
    "PermanentRedirect": REGION,
    "301": REGION,
    "AccessControlListNotSupported": (
        "The bucket has ACLs disabled: set default_acl (AWS_DEFAULT_ACL) to None and "
        "allow public reading in the bucket policy."
    ),
    "SlowDown": SLOW_DOWN,
    "TooManyRequests": SLOW_DOWN,
    "429": SLOW_DOWN,
    "503": SLOW_DOWN,
    "MissingContentLength": CHECKSUMS,
    "NotImplemented": CHECKSUMS,
    "PreconditionFailed": CONDITION,
    "ConditionalRequestConflict": CONDITION,
    "XAmzContentSHA256Mismatch": CHECKSUMS,
    "BadDigest": CHECKSUMS,
    "InternalError": AGAIN,
    "500": AGAIN,
}

PERMISSIONS: dict[Action, str] = {
    "list": (
        "Grant s3:ListBucket on the bucket, take S3WriteOnlyManifestStaticStorage, or "
        "put SkipExistsDeleteMixin in the place of PreloadMetadataMixin: it never "
        "lists."
    ),
    "read": (
        "Grant s3:GetObject on the objects, and s3:ListBucket on the bucket: without "
        "it S3 answers 403 for an object that does not exist."
    ),
    "upload": (
        "Grant s3:PutObject on the objects (and s3:PutObjectAcl if default_acl is set)."
    ),
    "delete": "Grant s3:DeleteObject on the objects.",
}
# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
LAG = "Rights that were granted a moment ago may take some minutes to arrive."

REMEDIES = Remedies(
    by_code=BY_CODE,
    permissions={action: f"{text} {LAG}" for action, text in PERMISSIONS.items()},
    credentials=CREDENTIALS,
    local=[
        (UnicodeEncodeError, "Rename the file: its name is no text in UTF-8."),
        ((NoCredentialsError, PartialCredentialsError, ProfileNotFound), CREDENTIALS),
        ((HTTPClientError, ConnectionError), NETWORK),
        (ParamValidationError, "Correct object_parameters (AWS_S3_OBJECT_PARAMETERS)."),
        (
            (BotoCoreError, ValueError),
            "Check endpoint_url (AWS_S3_ENDPOINT_URL) and bucket_name.",
        ),
    ],
)


def is_missing(error: Exception) -> bool:
    return isinstance(error, ClientError) and _status(error) == 404


def demands_checksum(refusal: str) -> bool:
    """Return whether an answer's code and message say that a checksum is missing."""
    return "InvalidRequest: " in refusal and "x-amz-checksum" in refusal


def answer_of(error: BaseException) -> Answer | None:
    if not isinstance(error, ClientError):
        return None
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return Answer(_status(error), error.response["Error"].get("Code", ""), headers)


def is_not_implemented(error: ClientError) -> bool:
    return _status(error) == 501 or error.response["Error"].get("Code") == (
        "NotImplemented"
    )


def explain(
    error: BaseException, action: Action, *, bucket: str, endpoint: str
) -> Explanation:
    """Return the cause and the remedy; ``action`` is what was refused."""
    explanation = _explain(error, action)
    is_other_answer = isinstance(error, ClientError) and not is_missing(error)
    if is_other_answer or (doubt := bucket_in_endpoint(bucket, endpoint)) is None:
        return explanation
    # What asks for "/bucket/" there is taken to ask for an object of that name.
    return explained(explanation.cause, str(doubt))


def _explain(error: BaseException, action: Action) -> Explanation:
    if not isinstance(error, ClientError):
        return REMEDIES.for_local_error(error)
    code = error.response["Error"].get("Code", "Unknown")
    message = error.response["Error"].get("Message", "")
    status = _status(error)
    cause = " ".join(str(part) for part in (status, code) if part)
    cause += f": {message}" if message else ""
    if demands_checksum(f"{code}: {message}"):
        return explained(cause, NO_CHECKSUM)
    return REMEDIES.for_answer(cause, action, status=status, code=code)


def _status(error: ClientError) -> int | None:
    status: int | None = error.response.get("ResponseMetadata", {}).get(
        "HTTPStatusCode"
    )
    return status
