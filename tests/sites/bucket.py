"""What is in a bucket, for tests to look at and to prepare."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from tests.servers.s3 import UNSEEN

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@cache
def unseen_client(url: str) -> S3Client:
    """Return a client whose requests the server neither records nor refuses."""
    return boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        config=Config(user_agent_extra=UNSEEN),
    )


@dataclass(frozen=True, slots=True)
class StoredObject:
    body: bytes
    content_type: str
    content_encoding: str | None
    cache_control: str | None
    metadata: dict[str, str]


class Bucket:
    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self.client = unseen_client(url)
        self.client.create_bucket(Bucket=name)

    def keys(self) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return [entry["Key"] for page in pages for entry in page.get("Contents", ())]

    def objects(self) -> dict[str, StoredObject]:
        return {key: self.get(key) for key in self.keys()}

    def get(self, key: str) -> StoredObject:
        response = self.client.get_object(Bucket=self.name, Key=key)
        return StoredObject(
            response["Body"].read(),
            response["ContentType"],
            response.get("ContentEncoding"),
            response.get("CacheControl"),
            response["Metadata"],
        )

    def grants(self) -> dict[str, list[Any]]:
        return {
            key: self.client.get_object_acl(Bucket=self.name, Key=key)["Grants"]
            for key in self.keys()
        }

    def put(self, key: str, body: bytes = b"") -> None:
        self.client.put_object(Bucket=self.name, Key=key, Body=body)

    def fill(self, keys: Iterable[str]) -> None:
        """Put many empty objects, in a hundredth of the time that HTTP takes."""
        backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
        for key in keys:
            backend.put_object(self.name, key, b"")

    def paths(self, manifest: str = "staticfiles.json") -> dict[str, str]:
        """Return the manifest's hashed names by name."""
        paths: dict[str, str] = json.loads(self.get(manifest).body)["paths"]
        return paths
