"""How many puts at a time a service needs, seen from the first of them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from faststatic_storages.sync import distance
from faststatic_storages.sync.content import HeldBytes
from faststatic_storages.sync.distance import PUTS_A_SECOND, SAMPLE, Distance
from faststatic_storages.sync.upload import Upload
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site

UPLOAD = Upload("app.css", HeldBytes(b""), {})


def distance_of(*seconds: float) -> Distance:
    """Return what puts have shown that took so long."""
    durations, distance = iter(seconds), Distance()
    put = distance.timing(lambda upload: time.sleep(next(durations)))
    for _ in seconds:
        put(UPLOAD)
    return distance


def test_the_fastest_of_the_first_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distance, "SAMPLE", 3)

    workers = distance_of(0.2, 0.02, 0.1, 0).workers

    assert 0.02 * PUTS_A_SECOND <= workers < 0.1 * PUTS_A_SECOND


def test_too_few_tell_nothing() -> None:
    assert distance_of(*(SAMPLE - 1) * [0]).workers == 0


@pytest.fixture
def far(server: S3Server) -> None:
    server.react(lambda request: time.sleep(0.3), "PutObject")


@pytest.mark.usefixtures("far")
@pytest.mark.parametrize(
    ("options", "least", "most"),
    [
        ({}, 129, 256),
        ({"max_workers": 64}, 1, 64),
        ({"transport": "sdk"}, 1, 32),
    ],
    ids=["far", "told", "sdk"],
)
def test_more_go_at_a_time_to_a_service_that_is_far_away(
    site: Site,
    server: S3Server,
    bucket: Bucket,
    options: dict[str, Any],
    least: int,
    most: int,
) -> None:
    site.write({f"{number}.txt": str(number) for number in range(400)})

    run = site.collect("-v", "3", backend=PLAIN, **options)

    assert len(bucket.keys()) == 400
    assert least <= server.most_at_once <= most
    assert f"Up to {most} are sent at a time." in run.stdout
