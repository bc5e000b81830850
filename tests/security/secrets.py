"""Texts as vendors write them, each with a secret in it."""

from __future__ import annotations

SECRET = "kAbCdEf0123456789GhIjKl+/"

# Kind, text, and what is to be read of it.
TEXTS: dict[str, tuple[str, str]] = {
    "user and password of a proxy": (
        f"Cannot connect to proxy http://user:{SECRET.strip('/')}@proxy:3128 (reset)",
        "Cannot connect to proxy http://proxy:3128 (reset)",
    ),
    "password with an at sign": (
        f"GET https://user:p@{SECRET.strip('/')}@minio:9000/bucket",
        "GET https://minio:9000/bucket",
    ),
    "proxy without a scheme": (
        f"Invalid proxy 'user:{SECRET.strip('/')}@proxy:3128'",
        "Invalid proxy 'proxy:3128'",
    ),
    "presigned URL of S3": (
        "GET /a?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F2026&X-Amz-Date=1"
        f"&X-Amz-Security-Token={SECRET}&X-Amz-Signature={SECRET}&x=1",
        "GET /a?X-Amz-Credential=…&X-Amz-Date=1"
        "&X-Amz-Security-Token=…&X-Amz-Signature=…&x=1",
    ),
    "older presigned URL of S3": (
        f"GET /a?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature={SECRET}&Expires=1",
        "GET /a?AWSAccessKeyId=…&Signature=…&Expires=1",
    ),
    "presigned URL of Google": (
        f"GET /a?X-Goog-Credential=me%40x&X-Goog-Signature={SECRET}&x=1",
        "GET /a?X-Goog-Credential=…&X-Goog-Signature=…&x=1",
    ),
    "signed URL of CloudFront": (
        f"GET /a?Expires=1&Signature={SECRET}&Key-Pair-Id=K2J",
        "GET /a?Expires=1&Signature=…&Key-Pair-Id=…",
    ),
    "SAS of Azure": (
        f"PUT https://a.blob.core.windows.net/c?sv=1&sig={SECRET}&se=2",
        "PUT https://a.blob.core.windows.net/c?sv=1&sig=…&se=2",
    ),
    "SAS in another URL's query": (
        f"copy from ?source=https%3A%2F%2Fa%3Fsig%3D{SECRET}",
        "copy from ?source=https%3A%2F%2Fa%3Fsig%3D…",
    ),
    "SAS in XML": (
        f"<Url>/c?sv=1&amp;sig={SECRET}</Url>",
        "<Url>/c?sv=1&amp;sig=…</Url>",
    ),
    "connection string with a key": (
        f"DefaultEndpointsProtocol=https;AccountName=me;AccountKey={SECRET}==;A=b",
        "DefaultEndpointsProtocol=https;AccountName=me;AccountKey=…;A=b",
    ),
    "connection string with a SAS": (
        f"BlobEndpoint=https://a;SharedAccessSignature=sv=1&sig={SECRET}",
        "BlobEndpoint=https://a;SharedAccessSignature=…",
    ),
    "option with a connection string": (
        f"connection_string='AccountName=me;AccountKey={SECRET}'",
        "connection_string=…'",
    ),
    "header of SigV4": (
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/1, "
        f"SignedHeaders=host, Signature={SECRET}\nHost: a",
        "Authorization: …\nHost: a",
    ),
    "headers as a dict": (
        f"{{'Authorization': 'Bearer {SECRET}', 'x-amz-security-token': '{SECRET}', "
        "'Host': 'a'}",
        "{'Authorization': …', 'x-amz-security-token': '…', 'Host': 'a'}",
    ),
    "header as bytes": (
        f"{{'Proxy-Authorization': b'Basic {SECRET}', 'a': 1}}",
        "{'Proxy-Authorization': …', 'a': 1}",
    ),
    "headers of Azure": (
        f"x-ms-encryption-key: {SECRET}\nx-ms-version: 1",
        "x-ms-encryption-key: …\nx-ms-version: 1",
    ),
    "key of SSE-C": (
        f"x-amz-server-side-encryption-customer-key: {SECRET}",
        "x-amz-server-side-encryption-customer-key: …",
    ),
    "cookie": (f"Set-Cookie: session={SECRET}; Path=/", "Set-Cookie: …"),
    "bare token": (f"sent Bearer {SECRET} and failed", "sent Bearer … and failed"),
    "shared key": (f"sent SharedKey account:{SECRET}", "sent SharedKey …"),
    "Google's token": ("with ya29.a0AfB_byC-x1 refused", "with … refused"),
    "JSON Web Token": (
        "with eyJhbGciOiJSUzI1NiJ9.eyJpc3Mi.c2ln refused",
        "with … refused",
    ),
    "key file of Google": (
        f'{{"private_key": "-----BEGIN PRIVATE KEY-----\\n{SECRET}\\n'
        '-----END PRIVATE KEY-----", "client_id": "1"}',
        '{"private_key": "… PRIVATE KEY-----", "client_id": "1"}',
    ),
    "key file that is cut off": (f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}", "…"),
    "refresh token": (
        f"{{'refresh_token': '{SECRET}', 'client_secret': '{SECRET}'}}",
        "{'refresh_token': '…', 'client_secret': '…'}",
    ),
    "headers in a repr": (
        f'"GET /\\nAuthorization: Bearer {SECRET}\\nHost: a" and more',
        '"GET /\\nAuthorization: …" and more',
    ),
    "settings": (
        f"access_key='AKIAIOSFODNN7EXAMPLE', secret_key='{SECRET}', region='a'",
        "access_key='…', secret_key='…', region='a'",
    ),
    "environment": (
        f"AWS_SECRET_ACCESS_KEY={SECRET} AWS_SESSION_TOKEN={SECRET} AWS_REGION=a",
        "AWS_SECRET_ACCESS_KEY=… AWS_SESSION_TOKEN=… AWS_REGION=a",
    ),
    "temporary key of Amazon": (
        "The key ASIAIOSFODNN7EXAMPLE is unknown",
        "The key … is unknown",
    ),
    "refused signature of S3": (
        "<Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>me</AWSAccessKeyId>"
        f"<StringToSign>x-amz\n{SECRET}</StringToSign>"
        f"<SignatureProvided>{SECRET}</SignatureProvided>",
        "<Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>…</AWSAccessKeyId>"
        "<StringToSign>…</StringToSign><SignatureProvided>…</SignatureProvided>",
    ),
    "expired token of S3": (
        f"<Code>ExpiredToken</Code><Token-0>{SECRET}",
        "<Code>ExpiredToken</Code><Token-0>…",
    ),
    "refused signature of Azure": (
        f"The MAC signature found in the HTTP request '{SECRET}' is not the same",
        "The MAC signature found in the HTTP request '…' is not the same",
    ),
}

HARMLESS = (
    "403 AuthorizationFailure: This request is not authorized",
    "400 AuthorizationHeaderMalformed: The authorization header is malformed",
    "404 The specified bucket does not exist: 'assets'",
    'Could not connect to the endpoint URL: "http://127.0.0.1:9000/bucket/a%20b.js"',
    "'css/base.css' and 'icons/logo@2x.png' at 12:30:59",
    "ValueError: Invalid base64-encoded string: number of data characters (5)",
    "Basic authentication is not supported",
    "Denied by the bucket policy: no statement allows it",
)
