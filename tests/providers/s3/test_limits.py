"""How many connections, parts, attempts and threads: what S3's settings say."""

from __future__ import annotations

import itertools
import random
import threading
import zlib
from io import BytesIO
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from django.core.management.base import CommandError

from faststatic_storages.backends.s3 import S3StaticStorage
from faststatic_storages.providers import provider_for
from tests.servers.s3 import Request
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site

MIB = 1024 * 1024
THRESHOLD = 100_000
ONCE = Config(retries={"total_max_attempts": 1})


@pytest.mark.parametrize(
    ("configured", "options", "connections"),
    [(10, {}, 256), (300, {}, 300), (10, {"max_workers": 20}, 20)],
    ids=["default", "more", "workers"],
)
def test_client_keeps_a_connection_for_each_thread(
    site: Site, configured: int, options: dict[str, Any], connections: int
) -> None:
    config = Config(max_pool_connections=configured)

    provider: Any = provider_for(site.storage(PLAIN, client_config=config, **options))

    assert provider.client.meta.config.max_pool_connections == connections


@pytest.mark.parametrize("part_size", [8 * MIB, 5 * MIB])
def test_object_in_parts_of_another_size_is_known(
    site: Site, bucket: Bucket, part_size: int
) -> None:
    body = random.Random(1).randbytes(9 * MIB)
    site.write({"film.mp4": body})
    # The AWS CLI's parts, and the storage's own.
    parts = TransferConfig(multipart_threshold=MIB, multipart_chunksize=part_size)
    bucket.client.upload_fileobj(BytesIO(body), bucket.name, "film.mp4", Config=parts)

    run = site.collect(
        backend=PLAIN, transfer_config=TransferConfig(multipart_chunksize=5 * MIB)
    )

    assert run.requests.counts() == {"ListObjectsV2": 1}


@pytest.mark.parametrize(
    ("size", "sent"),
    [
        (THRESHOLD - 1, {"PutObject": 1}),
        (
            THRESHOLD,
            {"CreateMultipartUpload": 1, "UploadPart": 1, "CompleteMultipartUpload": 1},
        ),
    ],
)
@pytest.mark.parametrize("transport", ["obstore", "sdk"])
def test_file_goes_in_parts_from_the_threshold_on(
    site: Site, bucket: Bucket, transport: str, size: int, sent: dict[str, int]
) -> None:
    site.write({"film.mp4": bytes(size)})

    run = site.collect(
        backend=PLAIN,
        transport=transport,
        transfer_config=TransferConfig(multipart_threshold=THRESHOLD),
    )

    assert run.requests.counts() == {"ListObjectsV2": 1} | sent


def test_parts_of_a_file_go_one_after_the_other(site: Site, bucket: Bucket) -> None:
    site.write({"film.mp4": random.Random(1).randbytes(20 * MIB)})

    run = site.collect(backend=PLAIN)

    assert run.requests.counts()["UploadPart"] == 3
    assert site.server.most_at_once == 1


def test_each_transport_tries_as_often_as_it_is_told(site: Site) -> None:
    site.write({"app.js": "1"})
    site.server.fail("PutObject", status=500, code="InternalError")

    with pytest.raises(CommandError, match="InternalError"):
        site.collect(backend=PLAIN, transport="obstore", client_config=ONCE)

    # obstore, then the SDK, which knows what to say of it.
    assert site.server.requests.keys() == ["app.js", "app.js"]


def test_tag_without_a_value_arrives(site: Site, bucket: Bucket) -> None:
    site.write({"app.js": "1"})

    site.collect(
        backend=PLAIN,
        transport="obstore",
        object_parameters={"Tagging": "static=&team=web"},
    )

    tags = bucket.client.get_object_tagging(Bucket=bucket.name, Key="app.js")["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"static": "", "team": "web"}


@pytest.mark.parametrize(("transport", "workers"), [("obstore", 64), ("sdk", 32)])
def test_as_many_puts_run_at_a_time_as_suit_the_transport(
    site: Site, bucket: Bucket, transport: str, workers: int
) -> None:
    site.write({f"{number}.txt": "x" for number in range(65)})
    together = threading.Barrier(workers)

    def wait_for_the_others(request: Request) -> None:
        # The first goes alone.
        if len(site.server.requests.keys()) > 1:
            together.wait(timeout=20)

    site.server.react(wait_for_the_others, "PutObject")

    site.collect(backend=PLAIN, transport=transport)

    assert len(bucket.keys()) == 65
    assert site.server.most_at_once == workers


class Padded(S3StaticStorage):
    """Compresses to another length each time, as one with a date in it does."""

    step: int

    def _compress_content(self, content: Any) -> Any:
        lengths = self.__dict__.setdefault(
            "lengths", itertools.count(300_000, self.step)
        )
        body = super()._compress_content(content).read()
        return BytesIO(body + bytes(next(lengths) - len(body)))


class Longer(Padded):
    step = 1


class Shorter(Padded):
    step = -1


@pytest.mark.parametrize("kind", ["Longer", "Shorter"])
def test_body_that_has_another_length_is_sent_as_it_is(
    site: Site, bucket: Bucket, kind: str
) -> None:
    site.write({"app.js": "1"})

    site.collect(backend=f"{__name__}.{kind}", gzip=True, ledger=False)

    body = bucket.client.get_object(Bucket=bucket.name, Key="app.js")["Body"].read()
    # What follows the end of the stream is padding.
    assert zlib.decompressobj(wbits=31).decompress(body) == b"1"
