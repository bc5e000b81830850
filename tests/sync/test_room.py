"""How many bytes wait in memory to be sent."""

from __future__ import annotations

import threading

import pytest

from faststatic_storages.providers.transport import put
from faststatic_storages.sync.room import Room
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site


def test_body_waits_until_there_is_room() -> None:
    room, order = Room(10), list[str]()

    def take() -> None:
        with room.taken(6):
            order.append("second")

    thread = threading.Thread(target=take)
    with room.taken(6):
        thread.start()
        order.append("first")
    thread.join()

    assert order == ["first", "second"]


def test_body_that_is_larger_than_the_room_goes_alone() -> None:
    room, order = Room(10), list[str]()

    def take() -> None:
        with room.taken(1):
            order.append("small")

    thread = threading.Thread(target=take)
    with room.taken(1000):
        thread.start()
        order.append("large")
    thread.join()

    assert order == ["large", "small"]


def test_body_waits_until_there_is_room_for_all_of_it() -> None:
    room, order = Room(10), list[str]()

    def take() -> None:
        with room.taken(8):
            order.append("large")

    thread = threading.Thread(target=take)
    room.take(6)
    room.take(3)
    thread.start()
    room.give_back(3)
    order.append("first")
    room.give_back(6)
    thread.join()

    assert order == ["first", "large"]


def test_large_files_are_in_memory_a_few_at_a_time(
    site: Site,
    server: S3Server,
    bucket: Bucket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(put, "BYTES_IN_THE_AIR", 1_000_000)
    site.write({f"{number}.bin": bytes(300_000) for number in range(20)})

    run = site.collect(backend=PLAIN, transport="obstore")

    puts = run.requests.of("PutObject")
    assert all("object_store" in one.headers["User-Agent"] for one in puts)
    assert len(bucket.keys()) == 20
    assert server.most_at_once <= 3
