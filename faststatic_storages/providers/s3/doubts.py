"""S3 settings that only some buckets and services accept."""

from __future__ import annotations

from urllib.parse import urlsplit

from faststatic_storages.providers.misconfigured import Misconfigured, Problem


def acl_disabled(acl: str | None, endpoint: str | None) -> Misconfigured | None:
    """Return what to say of an ACL that one of Amazon's buckets may refuse."""
    host = urlsplit(endpoint or "").hostname or ""
    if not acl or (host and not host.endswith(".amazonaws.com")):
        return None
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    return Misconfigured(
        Problem.ACL,
        f"default_acl is {acl!r} (AWS_DEFAULT_ACL): a bucket that was made since April "
        "2023 has ACLs disabled, unless somebody enabled them, and refuses every "
        "upload.",
        'If this one has, add "default_acl": None to OPTIONS in STORAGES and allow '
        "public reading in the bucket policy.",
    )


def bucket_in_endpoint(bucket: str, endpoint: str | None) -> Misconfigured | None:
    """Return what to say of an endpoint whose host begins with the bucket's name."""
    if not endpoint or not urlsplit(endpoint).netloc.startswith(f"{bucket}."):
        return None
    return Misconfigured(
        Problem.BUCKET_IN_ENDPOINT,
        "endpoint_url (AWS_S3_ENDPOINT_URL) contains the bucket's name, which boto3 "
        "adds by itself.",
        f"Set it to {endpoint.replace(f'{bucket}.', '', 1)!r}, unless the service is "
        "called so.",
    )
