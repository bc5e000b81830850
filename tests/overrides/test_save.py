"""A project's own way of storing: where, under which name, with which headers."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.core.management.base import CommandError

from tests.overrides.pair import CHANGED, KIND, WHERE, Pair, refusal_of
from tests.overrides.storages import Parent, composed
from tests.servers.s3 import Request, S3Server

# django-storages leaves the file that it compressed into to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning"
)


class Headers(Parent):
    """Change the storage for the time of one save, as one does without threads."""

    object_parameters: Any
    default_acl: Any

    def _save(self, name: str, content: Any) -> Any:
        before = self.object_parameters, self.default_acl
        if name.endswith(".js"):
            self.object_parameters = {"CacheControl": "private, max-age=1"}
            self.default_acl = "private"
        else:
            self.object_parameters = {"CacheControl": f"max-age={len(name)}"}
            self.default_acl = "public-read"
        try:
            return super()._save(name, content)
        finally:
            self.object_parameters, self.default_acl = before


class Banner(Parent):
    def _save(self, name: str, content: Any) -> Any:
        if name.endswith(".js"):
            # Django has read it for its hash.
            content.seek(0)
            content = ContentFile(b"/* (c) */" + content.read())
        return super()._save(name, content)


class OwnType(Parent):
    def _save(self, name: str, content: Any) -> Any:
        if name.endswith(".js"):
            content.seek(0)
            content = ContentFile(content.read())
            content.content_type = "text/x-own"
        return super()._save(name, content)


class ElsewhereInSave(Parent):
    """Store hashed images in a folder of their own, and say so."""

    def _save(self, name: str, content: Any) -> Any:
        is_hashed_image = name.endswith(".png") and name != "logo.png"
        place = f"images/{name}" if is_hashed_image else name
        return super()._save(place, content)


class SavesUnderAnotherName(Parent):
    def save(self, name: str, content: Any, max_length: int | None = None) -> Any:
        place = f"v1/{name}" if name.endswith(".txt") else name
        return super().save(place, content, max_length)


class SavesNoDrafts(Parent):
    def save(self, name: str, content: Any, max_length: int | None = None) -> Any:
        if name == "app.js":
            return name
        return super().save(name, content, max_length=max_length)


class AvailableInLowerCase(Parent):
    def get_available_name(self, name: str, max_length: int | None = None) -> Any:
        return super().get_available_name(name.lower(), max_length)


class NumbersAlternatives(Parent):
    """Keep each build's report under a name of its own."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        # Django's, which overwrites nothing.
        return Storage.get_available_name(self, name, max_length)

    def get_alternative_name(self, file_root: str, file_ext: str) -> str:
        number = 2
        while self.exists(f"{file_root}-{number}{file_ext}"):
            number += 1
        return f"{file_root}-{number}{file_ext}"

    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        name = self.save("report.txt", ContentFile(f"{len(paths)} files"))
        self.save("last.txt", ContentFile(name))


class ParametersByName(Parent):
    def get_object_parameters(self, name: str) -> Any:
        seconds = 31536000 if name.count(".") > 1 else 60
        more = {"CacheControl": f"max-age={seconds}", "Metadata": {"key": name}}
        if name.endswith(".js"):
            more |= {"ContentType": "text/x-own", "ACL": "public-read"}
        return super().get_object_parameters(name) | more


class WriteParametersOfContent(Parent):
    """A checksum in the metadata: the content is read, and read again."""

    def _get_write_parameters(self, name: str, content: Any = None) -> Any:
        parameters = super()._get_write_parameters(name, content)
        content.seek(0)
        checksum = hashlib.sha256(content.read()).hexdigest()
        content.seek(0)
        parameters["Metadata"] = {"sha256": checksum}
        return parameters


class WriteParametersInPieces(Parent):
    """The same, and nothing is put back where it was."""

    def _get_write_parameters(self, name: str, content: Any = None) -> Any:
        parameters = super()._get_write_parameters(name, content)
        checksum = hashlib.sha256()
        for chunk in content.chunks():
            checksum.update(chunk)
        size = content.seek(0, 2)
        parameters["Metadata"] = {"sha256": checksum.hexdigest(), "size": f"{size}"}
        return parameters


@pytest.fixture
def pair(pair: Pair) -> Pair:
    pair.site.write({"css/Large.css": "b { color: red } " * 20, "notes.txt": "..."})
    return pair


@WHERE
@pytest.mark.parametrize(
    "override",
    [
        AvailableInLowerCase,
        Banner,
        OwnType,
        ParametersByName,
        SavesNoDrafts,
        SavesUnderAnotherName,
        WriteParametersInPieces,
        WriteParametersOfContent,
    ],
)
def test_override_of_saving_is_honoured(pair: Pair, override: Any, where: str) -> None:
    for changes in ({}, CHANGED):
        pair.site.write(changes)
        pair.collect(override=override, where=where)

        assert pair.bucket.objects() == pair.stock.objects()


def test_another_place_is_honoured_where_hashing_can_know_of_it(pair: Pair) -> None:
    for changes in ({}, CHANGED):
        pair.site.write(changes)
        pair.collect(override=ElsewhereInSave, where="above")

        assert pair.bucket.objects() == pair.stock.objects()


def test_another_place_is_refused_where_hashing_is_over(pair: Pair) -> None:
    with pytest.raises(CommandError, match=r"Put the class .* in front of the mixins"):
        pair.site.collect(backend=composed(ElsewhereInSave, "below"))

    assert "staticfiles.json" not in pair.bucket.objects()


@WHERE
@pytest.mark.parametrize(
    "override", [Banner, ParametersByName, WriteParametersOfContent]
)
def test_override_of_saving_is_honoured_with_gzip(
    pair: Pair, override: Any, where: str
) -> None:
    pair.collect(override=override, where=where, gzip=True)

    assert pair.bucket.objects() == pair.stock.objects()


@WHERE
def test_access_is_granted_as_the_override_wants_it(pair: Pair, where: str) -> None:
    pair.collect(override=ParametersByName, where=where, kind="plain")

    assert pair.bucket.grants() == pair.stock.grants()


MANY = {f"js/{n}.js": f"let n = {n}" for n in range(4)}


@KIND
@pytest.mark.parametrize("override", [Headers, Banner])
def test_save_below_is_what_stores_each_file(
    pair: Pair, override: Any, kind: str
) -> None:
    for changes in (MANY, CHANGED):
        pair.site.write(changes)
        pair.collect(override=override, where="below", kind=kind)

        assert pair.bucket.objects() == pair.stock.objects()
        assert pair.bucket.grants() == pair.stock.grants()


@KIND
def test_save_above_that_changes_the_storage_is_honoured_or_refused(
    pair: Pair, kind: str
) -> None:
    """What it decides for one file must not reach another."""
    pair.site.write(MANY)
    refusal = refusal_of(
        lambda: pair.collect(override=Headers, where="above", kind=kind)
    )

    is_refused = "_save" in refusal and "get_object_parameters()" in refusal
    assert is_refused or refusal == ""
    assert pair.bucket.objects() == ({} if is_refused else pair.stock.objects())
    assert pair.bucket.grants() == ({} if is_refused else pair.stock.grants())


class ThreadSafe(Parent):
    """One that says that it may be called in many threads."""

    thread_safe = True

    def _save(self, name: str, content: Any) -> Any:
        return super()._save(name, content)


def test_save_below_that_is_thread_safe_stores_in_parallel(
    pair: Pair, server: S3Server
) -> None:
    backend = composed(ThreadSafe, "below")
    second = threading.Event()
    met: list[bool] = []

    def wait_for_the_second(request: Request) -> None:
        met.append(second.wait(timeout=2))

    server.react(wait_for_the_second, "PutObject", nth=2)
    server.react(lambda request: second.set(), "PutObject", nth=3)
    pair.site.collect(backend=backend, max_workers=4)

    assert met == [True]


@WHERE
def test_alternative_names_are_the_override_s(pair: Pair, where: str) -> None:
    for changes in ({}, CHANGED, {}):
        pair.site.write(changes)
        pair.collect(override=NumbersAlternatives, where=where)

        assert pair.bucket.objects() == pair.stock.objects()

    assert pair.bucket.get("last-3.txt").body == b"report-3.txt"


class NamesByRelease(Parent):
    def generate_filename(self, filename: str) -> str:
        folder, name = Path(filename).parent, self.get_valid_name(Path(filename).name)
        return (folder / f"r7-{name}").as_posix()

    def get_valid_name(self, name: str) -> str:
        return name.replace(" ", "-")


@WHERE
def test_generated_names_are_the_override_s(pair: Pair, where: str) -> None:
    storage = pair.site.storage(composed(NamesByRelease, where))

    with storage.staged():
        name = storage.generate_filename("a/b c.txt")
        storage.save(name, ContentFile(b""))

    assert storage.generate_filename("a/b c.txt") == name == "a/r7-b-c.txt"
    assert name in pair.bucket.objects()


@WHERE
def test_last_way_to_write_a_file_is_the_one_that_counts(
    pair: Pair, where: str
) -> None:
    storage = pair.site.storage(composed(Headers, where, "plain"))

    with storage.staged():
        storage.save("note.txt", ContentFile(b"saved"))
        with storage.open("note.txt", "wb") as file:
            file.write(b"written")

    assert pair.bucket.get("note.txt").body == b"written"
