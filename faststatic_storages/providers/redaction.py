"""Secrets that errors of vendors quote, taken out of what a person or a log reads."""

from __future__ import annotations

import re

# Whoever answers decides how long an error is; none says more in more.
MAX_LENGTH = 4000

# What names a secret: in a query, a connection string, a header, JSON or a repr.
NAMES = (
    "AccountKey|AWSAccessKeyId|(?:aws_)?secret(?:_access)?_key|access_?token|"
    "account_key|client_secret|connection_?string|(?:set-)?cookie|Credential|"
    "GoogleAccessId|id_token|Key-Pair-Id|password|private_key|"
    "refresh_?token|sas_token|SecretAccessKey|session_?token|sig|Signature|"
    "(?:proxy-|x-ms-copy-source-)?authorization|"
    "x-(?:amz|goog|ms)-[\\w-]*"
    "(?:credential|encryption-key|customer-key|security-token|signature)"
)
# Elements of S3's, Google's and Azure's answers to a request that they do not accept.
ELEMENTS = (
    "AccessKeyId|AuthenticationErrorDetail|AWSAccessKeyId|CanonicalRequest(?:Bytes)?|"
    "SecretAccessKey|SessionToken|SignatureProvided|StringToSign(?:Bytes)?|Token-\\d"
)

# Where a name begins; in a repr, "\\n" may stand before it.
BEGINS = r"(?:(?<=\\[nrt])|(?<![a-z]))"

# Each is linear in the text's length: a server may send anything.
PATTERNS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # http://user:password@host, and a proxy without its scheme.
        (r"(?<=//)[^/\s]+@", ""),
        (r"(?<![^\s/:@'\"=(])[^\s/:@'\"=(]+:[^\s/@'\"]+@(?=[\w\[])", ""),
        (rf"<({ELEMENTS})>[^<]*", r"<\1>…"),
        (r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END|\Z)", "…"),
        # A header's value, or a connection string's, is of several words or pairs.
        (
            rf"(?i){BEGINS}((?:proxy-)?authorization|(?:set-)?cookie|"
            r"SharedAccessSignature|connection_?string)(['\"]?(?::|=)\s*b?)"
            r"(?:'[^'\r\n]*|\"[^\"\r\n]*|[^'\"\r\n][^\r\n'\"]*)",
            r"\1\2…",
        ),
        (
            rf"(?i)((?:%26|%3F|{BEGINS})(?:{NAMES}))(['\"]?\s?(?::|=|%3D)\s?b?['\"]?)"
            r"(?!…)[^\s&;,'\"<>)]+",
            r"\1\2…",
        ),
        (r"(?i)\b(Bearer|Basic|SharedKey(?:Lite)?) [\w.~+/=:-]{16,}", r"\1 …"),
        (r"(?i)(signature found in the HTTP request ')[^']*", r"\1…"),
        # Google's tokens, JSON Web Tokens and Amazon's access keys, by their look.
        (r"\bya29\.[\w.-]+", "…"),
        (r"\beyJ[\w-]{10,}\.[\w.-]+", "…"),
        (r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}", "…"),
    )
]


def redacted(text: str) -> str:
    """
    Return ``text`` with an ellipsis in the place of each secret.

    Credentials in URLs, signatures and tokens in queries, headers and answers, keys of
    connection strings. What does not look like one stays: the cause is to be read.
    """
    if len(text) > MAX_LENGTH:
        text = f"{text[:MAX_LENGTH]} …"
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return text
