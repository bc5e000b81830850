"""A store that was down when a web process started, or that comes back later."""

from __future__ import annotations

import gc
import traceback
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from faststatic_storages.providers import ProviderError
from tests.overrides.storages import Parent, composed
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import Site
from tests.web.manifests import DOWN, MANIFEST_NAME, url_within

EACH = pytest.mark.parametrize("goes_down", DOWN.values(), ids=DOWN)


@pytest.fixture
def site(site: Site) -> Site:
    site.write({"app.js": "1"})
    site.collect()
    return site


@EACH
def test_store_that_was_down_is_asked_again(
    site: Site, server: S3Server, goes_down: Callable[[S3Server], None]
) -> None:
    goes_down(server)
    storage = site.storage()
    with pytest.raises((ProviderError, ValueError), match=r"staticfiles|bucket"):
        storage.url("app.js")

    server.heal()

    assert url_within(3, storage).endswith("/app.c4ca4238a0b9.js")


@EACH
def test_store_that_is_down_is_not_asked_at_every_look_up(
    site: Site, server: S3Server, goes_down: Callable[[S3Server], None]
) -> None:
    goes_down(server)
    storage = site.storage()
    seen = len(server.requests)

    for _ in range(200):
        with pytest.raises((ProviderError, ValueError)):
            storage.url("app.js")

    assert len(server.requests) - seen < 20


def test_once_it_is_back_nothing_is_asked_any_more(
    site: Site, server: S3Server
) -> None:
    server.fail("GetObject", status=500)
    storage = site.storage()
    server.heal()
    url_within(3, storage)
    seen = len(server.requests)

    for _ in range(20):
        storage.url("app.js")

    assert len(server.requests) == seen


def test_store_that_goes_down_later_is_not_noticed(
    site: Site, server: S3Server
) -> None:
    storage = site.storage()
    server.fail(status=500)

    assert storage.url("app.js").endswith("/app.c4ca4238a0b9.js")


def test_process_that_could_not_read_the_manifest_may_replace_it(
    site: Site, bucket: Bucket
) -> None:
    """A broken manifest, and then the run of another process."""
    bucket.put(MANIFEST_NAME, b"{")
    storage = site.storage()
    with pytest.raises(ValueError, match="cannot be read"):
        storage.url("app.js")

    site.collect()

    assert url_within(3, storage).endswith("/app.c4ca4238a0b9.js")


class Request:
    """What a view has at hand."""


def views(storage: Any, times: int) -> tuple[list[weakref.ref[Request]], list[int]]:
    """Look a name up often; return what the views had, and how deep each error was."""
    requests: list[weakref.ref[Request]] = []
    depths: list[int] = []

    def view() -> None:
        request = Request()
        requests.append(weakref.ref(request))
        try:
            storage.url("app.js")
        except Exception as error:
            depths.append(len(traceback.extract_tb(error.__traceback__)))

    for _ in range(times):
        view()
    return requests, depths


@EACH
def test_failed_look_ups_keep_nothing(
    site: Site, server: S3Server, goes_down: Callable[[S3Server], None]
) -> None:
    goes_down(server)
    storage = site.storage()

    requests, depths = views(storage, 50)

    gc.collect()
    assert [one for one in requests if one() is not None] == []
    assert len(depths) == 50
    assert max(depths[-10:]) <= depths[0]


def test_each_failed_look_up_has_an_error_of_its_own(
    site: Site, server: S3Server
) -> None:
    server.fail("GetObject", status=500)
    storage = site.storage()
    errors = []

    for _ in range(3):
        with pytest.raises(ProviderError) as failure:
            storage.url("app.js")
        errors.append(failure.value)

    assert len({id(error) for error in errors}) == 3
    assert len({str(error) for error in errors}) == 1


bodies: list[weakref.ref[Request]] = []


class ReadsMuch(Parent):
    def read_manifest(self) -> str:
        body = Request()
        bodies.append(weakref.ref(body))
        try:
            raise EOFError("It was cut off.")
        except EOFError as error:
            raise Sealed("north", str(error)) from error


def test_failed_read_keeps_nothing_of_what_was_read(site: Site) -> None:
    storage = site.storage(composed(ReadsMuch, "above"))

    gc.collect()

    assert [body() for body in bodies] == [None]
    with pytest.raises(Sealed, match="It was cut off"):
        storage.url("app.js")


class Sealed(Exception):
    """It is made of more than it keeps, as the errors of some SDKs are."""

    def __init__(self, vault: str, cause: str) -> None:
        super().__init__(f"The vault {vault} is sealed: {cause}.")
        self.vault = vault


class Locked(Exception):
    """What it is made of is not what it keeps."""

    def __init__(self, vault: str) -> None:
        super().__init__(f"The vault {vault} is locked.")
        self.vault = vault


class InASealedVault(Parent):
    def read_manifest(self) -> str:
        raise Sealed("north", "no quorum")


class InALockedVault(Parent):
    def read_manifest(self) -> str:
        raise Locked("north")


class OnADisk(Parent):
    def read_manifest(self) -> str:
        raise PermissionError(13, "Permission denied", "/etc/manifest.json")


@pytest.mark.parametrize("where", ["above", "below"])
@pytest.mark.parametrize(
    ("override", "kind", "message"),
    [
        (InASealedVault, Sealed, "The vault north is sealed: no quorum."),
        (InALockedVault, Locked, "The vault north is locked."),
        (
            OnADisk,
            PermissionError,
            "[Errno 13] Permission denied: '/etc/manifest.json'",
        ),
    ],
    ids=["two arguments", "one argument", "three arguments"],
)
def test_error_of_a_project_stays_what_it_is(
    site: Site, override: Any, kind: type[Exception], message: str, where: str
) -> None:
    storage = site.storage(composed(override, where))

    for _ in range(3):
        with pytest.raises(kind) as failure:
            storage.url("app.js")
        assert str(failure.value) == message
        assert getattr(failure.value, "vault", "north") == "north"


class Interrupted(Parent):
    def read_manifest(self) -> str:
        raise KeyboardInterrupt


def test_interrupt_is_not_taken_for_a_broken_manifest(site: Site) -> None:
    with pytest.raises(KeyboardInterrupt):
        site.storage(composed(Interrupted, "above"))
