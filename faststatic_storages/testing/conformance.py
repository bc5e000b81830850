"""The contract of a provider, kept against a real store."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from faststatic_storages.providers import (
    MD5,
    ObjectInfo,
    Provider,
    ProviderError,
    provider_for,
)
from faststatic_storages.providers.checked import checked_listing
from faststatic_storages.sync.content import HeldBytes, SourceFile
from faststatic_storages.sync.reading import SourceError

Put: TypeAlias = Callable[[str, bytes], ObjectInfo]


class ProviderConformance:
    """
    Inherit it in a class ``Test…`` with a fixture ``storage``.

    ``storage`` is one of your storages, one of our mixins among its bases, in a store
    that is empty under its location; give it a location, if it can have one. What else
    is there is up to you. The attributes are for a store that cannot do everything.
    """

    tells_digests: ClassVar[bool] = True
    """Whether a listing proves what an object holds."""

    sizes: ClassVar[tuple[int, ...]] = (0, 1, 2_000_000, 9_000_000)
    """In bytes; add one for each way in which you put an object."""

    names: ClassVar[tuple[str, ...]] = (
        "a.txt",
        "LICENSE",
        "css/deep/down/base.css",
        "with space/a b.png",
        "signs/plus+plus.png",
        "signs/100%.txt",
        "signs/a%20b.txt",
        "signs/#1.txt",
        "signs/what?.txt",
        'signs/it\'s & "that"~.txt',
        "ünïcode/日本.png",
    )

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "size" in metafunc.fixturenames:
            metafunc.parametrize("size", self.sizes)

    @pytest.fixture
    def storage(self) -> Any:
        raise NotImplementedError("Let the fixture 'storage' return your storage.")

    @pytest.fixture
    def provider(self, storage: Any) -> Provider:
        provider = provider_for(storage)
        provider.check()
        return provider

    @pytest.fixture
    def put(self, provider: Provider) -> Put:
        def put(name: str, body: bytes) -> ObjectInfo:
            return provider.put(provider.upload(provider.key(name), HeldBytes(body)))

        return put

    # Names and keys.

    def test_prefix_is_empty_or_ends_in_a_slash(self, provider: Provider) -> None:
        prefix = provider.key("")

        assert prefix == "" or prefix.endswith("/")
        assert not prefix.startswith("/")

    def test_keys_are_under_the_prefix(self, provider: Provider) -> None:
        prefix = provider.key("")

        assert provider.key("a.txt") == f"{prefix}a.txt"
        assert provider.key("./css//a.css") == f"{prefix}css/a.css"

    @pytest.mark.parametrize("name", ["../outside.txt", "a/../../outside.txt"])
    def test_names_outside_of_the_location_are_refused(
        self, provider: Provider, name: str
    ) -> None:
        with pytest.raises(SuspiciousOperation):
            provider.key(name)

    @pytest.mark.parametrize("name", ["a.txt", "css/b.css"])
    def test_clean_name_is_what_the_storage_returns(
        self, storage: Any, provider: Provider, name: str
    ) -> None:
        assert provider.clean_name(name) == storage.save(name, ContentFile(b"x"))

    # Listing.

    def test_empty_location_lists_nothing(self, provider: Provider) -> None:
        assert [*checked_listing(provider)] == []

    def test_listing_is_what_put_returned(self, provider: Provider, put: Put) -> None:
        stored = put("css/a.css", b"a {}")
        [listed] = checked_listing(provider)

        assert (listed.key, listed.size) == (stored.key, stored.size)
        assert (listed.key, listed.size) == (provider.key("css/a.css"), 4)
        assert listed.modified.tzinfo is not None
        assert stored.modified.tzinfo is not None
        assert stored.digest in (None, listed.digest)
        assert (listed.digest is not None) == self.tells_digests

    def test_every_name_arrives_as_it_is(self, provider: Provider, put: Put) -> None:
        for name in self.names:
            put(name, name.encode())

        keys = [provider.key(name) for name in self.names]
        assert sorted(info.key for info in checked_listing(provider)) == sorted(keys)
        assert [provider.get(key).decode() for key in keys] == [*self.names]

    def test_listing_begins_behind_any_key(self, provider: Provider, put: Put) -> None:
        names = ["a b.txt", "a.txt", "a/b.txt", "a0.txt", "b", "é.txt", "日.txt"]
        keys = [put(name, b"").key for name in names]

        def listed(after: str) -> list[str]:
            pages = [*provider.pages(after)]
            assert [page.is_last for page in pages[:-1]] == [False] * len(pages[:-1])
            assert pages[-1].is_last
            return [info.key for page in pages for info in page.objects]

        assert listed("") == keys
        for number, key in enumerate(keys, 1):
            assert listed(key) == keys[number:]
        assert listed(provider.key("a-~")) == keys[1:]

    def test_listing_proves_what_is_unchanged(
        self, provider: Provider, put: Put, size: int
    ) -> None:
        body = random.Random(size).randbytes(size)
        put("a.bin", body)
        [listed] = checked_listing(provider)

        def holds(other: bytes) -> bool:
            return provider.is_unchanged(
                HeldBytes(other), listed, named_by_content=False
            )

        assert holds(body) or not self.tells_digests
        assert not holds(body + b"!")
        assert size == 0 or not holds(bytes(size))

    # Reading, putting, deleting.

    def test_missing_object_is_not_found(self, provider: Provider) -> None:
        with pytest.raises(FileNotFoundError, match=r"missing\.txt"):
            provider.get(provider.key("missing.txt"))

    def test_put_replaces(self, provider: Provider, put: Put) -> None:
        put("a.txt", b"old")
        key = provider.key("a.txt")
        assert provider.get(key) == b"old"

        put("a.txt", b"new")

        assert provider.get(key) == b"new"
        assert [info.key for info in checked_listing(provider)] == [key]

    def test_source_that_changes_is_not_stored(
        self, provider: Provider, tmp_path: Path
    ) -> None:
        source = tmp_path / "a.js"
        source.write_bytes(b"before")
        content = SourceFile(FileSystemStorage(tmp_path), "a.js")
        assert content.md5 == MD5.of(b"before")
        source.write_bytes(b"behind")

        # Send what its body() or its reader() give: open() does not look.
        with pytest.raises(SourceError, match=r"a\.js was changed"):
            provider.put(provider.upload(provider.key("a.js"), content))

        assert [*checked_listing(provider)] == []

    def test_puts_from_several_threads(self, provider: Provider, put: Put) -> None:
        names = [f"{number}.txt" for number in range(24)]

        with ThreadPoolExecutor(8) as pool:
            stored = [*pool.map(put, names, [name.encode() for name in names])]

        keys = [provider.key(name) for name in names]
        assert [info.key for info in stored] == keys
        assert sorted(info.key for info in checked_listing(provider)) == sorted(keys)
        assert [provider.get(key).decode() for key in keys] == names

    def test_object_is_what_the_storage_itself_would_have_saved(
        self, storage: Any, provider: Provider, put: Put
    ) -> None:
        storage.save("a.css", ContentFile(b"body {}"))
        put("b.css", b"body {}")

        saved, stored = sorted(checked_listing(provider), key=lambda info: info.key)
        assert (saved.size, saved.digest) == (stored.size, stored.digest)
        for name in ("a.css", "b.css"):
            with storage.open(name) as file:
                assert file.read() == b"body {}"
            assert provider.get(provider.key(name)) == b"body {}"

    def test_delete_takes_what_is_there_and_no_more(
        self, provider: Provider, put: Put
    ) -> None:
        for name in ("a.txt", "b/c.txt", "b/kept.txt"):
            put(name, b"x")

        names = ["a.txt", "b/c.txt", "missing.txt", "b/missing/too.txt"]
        provider.delete(provider.key(name) for name in names)
        provider.delete([])

        listed = [info.key for info in checked_listing(provider)]
        assert listed == [provider.key("b/kept.txt")]

    def test_storage_publishes_what_was_staged(self, storage: Any) -> None:
        with storage.staged():
            storage.save("css/a.css", ContentFile(b"a {}"))
            storage.save("b.txt", ContentFile(b"b"))

        provider = provider_for(storage)
        assert provider.get(provider.key("css/a.css")) == b"a {}"
        assert provider.get(provider.key("b.txt")) == b"b"

    # Errors.

    def test_unknown_error_is_explained(self, provider: Provider) -> None:
        explanation = provider.explain(RuntimeError("Something broke."), "upload")

        assert "Something broke" in explanation.cause
        assert explanation.cause.rstrip(".") == explanation.cause
        assert explanation.remedy.endswith(".")

    def test_failure_names_the_store(self, provider: Provider) -> None:
        failure = provider.failure("list", ValueError("no listing"))

        assert isinstance(failure, ProviderError)
        assert str(failure).startswith(f"Could not list {provider.place}: ")
