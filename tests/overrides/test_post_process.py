"""A post_process() of the project's: what it may do, and what is published then."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.templatetags.static import static
from django.test import override_settings

from tests.overrides.pair import CHANGED, KIND, SOURCES, WHERE, Pair
from tests.overrides.storages import STOCK, Parent, class_at, composed, path_of
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import MANIFEST, POST_PROCESS_ERRORS, STOCK_PLAIN, Site


class DropsFromACopy(Parent):
    def post_process(self, paths: Any, dry_run: bool = False, **options: Any) -> Any:
        kept = {name: path for name, path in paths.items() if name != "app.js"}
        yield from super().post_process(kept, dry_run, **options)


class DropsInPlace(Parent):
    def post_process(self, paths: Any, dry_run: bool = False, **options: Any) -> Any:
        del paths["app.js"]
        yield from super().post_process(paths, dry_run, **options)


class YieldsEarly(Parent):
    def post_process(self, paths: Any, **options: Any) -> Any:
        yield "early.txt", "early.1.txt", True
        yield from super().post_process(paths, **options)


class ReturnsAList(Parent):
    def post_process(self, *args: Any, **kwargs: Any) -> Any:
        return list(super().post_process(*args, **kwargs))


class ReturnsAnIterator(Parent):
    def post_process(self, *args: Any, **kwargs: Any) -> Any:
        return super().post_process(*args, **kwargs)


class SavesBefore(Parent):
    def post_process(self, paths: Any, **options: Any) -> Any:
        self.save("build.txt", ContentFile(f"{sorted(paths)}"))
        yield from super().post_process(paths, **options)


class SavesAfter(Parent):
    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        self.save("build.txt", ContentFile(f"{sorted(paths)}"))


class SavesBeside(Parent):
    """As compressors do it: each result is read and kept in another form as well."""

    def post_process(self, paths: Any, **options: Any) -> Any:
        for name, hashed_name, processed in super().post_process(paths, **options):
            yield name, hashed_name, processed
            with self.open(hashed_name) as file:
                self.save(f"{hashed_name}.rev", ContentFile(file.read()[::-1]))


class WorksInThreads(Parent):
    """The same in threads: what is saved in one is there in every other."""

    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        with ThreadPoolExecutor(2) as pool:
            written = list(pool.map(self._reverse, sorted(self.hashed_files.values())))
            found: list[Any] = list(pool.map(self.exists, [*written, "none.rev"]))
        found += sorted(self.listdir("")[1])
        self.save("found.txt", ContentFile(str(found)))

    def _reverse(self, hashed_name: str) -> Any:
        with self.open(hashed_name) as file:
            return self.save(f"{hashed_name}.rev", ContentFile(file.read()[::-1]))


class ReadsTheManifest(Parent):
    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        with self.manifest_storage.open(self.manifest_name) as file:
            self.save("opened.txt", ContentFile(file.read()))
        self.save("read.txt", ContentFile(self.read_manifest()))
        self.save("size.txt", ContentFile(str(self.size(self.manifest_name))))


class LooksAround(Parent):
    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        directories, files = self.listdir("")
        seen = [sorted(directories), sorted(files), self.exists("app.js")]
        seen += [self.size(self.hashed_files[name]) for name in sorted(paths)]
        self.save("seen.txt", ContentFile(str(seen)))


class WritesUrls(Parent):
    def post_process(self, paths: Any, **options: Any) -> Any:
        before = self.url("app.js") if self.hashed_files else "nothing yet"
        yield from super().post_process(paths, **options)
        urls = [before, self.url("app.js"), static("css/base.css")]
        self.save("page.html", ContentFile("\n".join(urls)))


class DeletesSources(Parent):
    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        for name in paths:
            if name.endswith(".js") and self.exists(name):
                self.delete(name)


class KeepsHashedNamesOnly(Parent):
    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        for name in paths:
            self.delete(name)


class Packs(Parent):
    """As asset packagers do: a bundle is saved here, and hashed from here."""

    def post_process(self, paths: Any, dry_run: bool = False, **options: Any) -> Any:
        storage, name = paths["app.js"]
        with storage.open(name) as file:
            self.save("bundle.js", ContentFile(b"/* packed */" + file.read()))
        paths["bundle.js"] = (self, "bundle.js")
        yield "bundle.js", "bundle.js", True
        yield from super().post_process(paths.copy(), dry_run, **options)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        if self.exists(name):
            self.delete(name)
        return name


class MinifiesInPlace(Parent):
    """What was collected is read from here, written back, and hashed from here."""

    def post_process(self, paths: Any, dry_run: bool = False, **options: Any) -> Any:
        for name in list(paths):
            with self.open(name) as file:
                content = file.read().replace(b" ", b"")
            self.delete(name)
            self.save(name, ContentFile(content))
            paths[name] = (self, name)
        return super().post_process(paths, dry_run, **options)


HONOURED = [
    DeletesSources,
    DropsFromACopy,
    DropsInPlace,
    KeepsHashedNamesOnly,
    LooksAround,
    MinifiesInPlace,
    Packs,
    ReadsTheManifest,
    ReturnsAList,
    ReturnsAnIterator,
    SavesAfter,
    SavesBefore,
    SavesBeside,
    WorksInThreads,
    WritesUrls,
    YieldsEarly,
]


@WHERE
@pytest.mark.parametrize("override", HONOURED)
def test_override_of_post_process_is_honoured(
    pair: Pair, override: Any, where: str
) -> None:
    first, stock = pair.collect(override=override, where=where, location="assets")
    assert pair.bucket.objects() == pair.stock.objects()
    assert first.summary == stock.summary

    pair.site.write(CHANGED)
    pair.collect(override=override, where=where, location="assets")
    assert pair.bucket.objects() == pair.stock.objects()

    again = pair.site.collect(backend=composed(override, where), location="assets")
    # The page has a URL of the deploy before, which is another one now.
    assert set(again.requests.keys()) <= {"assets/page.html"}
    assert "DeleteObjects" not in again.requests.counts()


@WHERE
def test_original_that_post_process_deletes_is_never_sent(
    pair: Pair, where: str
) -> None:
    for changes in ({}, CHANGED):
        pair.site.write(changes)
        run, _ = pair.collect(override=KeepsHashedNamesOnly, where=where)

        assert not set(run.requests.keys()) & SOURCES.keys()
        assert pair.bucket.paths().keys() == SOURCES.keys()


class Cleans(Parent):
    """Delete one file that nobody names, and one that only the manifest before did."""

    def post_process(self, paths: Any, **options: Any) -> Any:
        outdated = self.hashed_files["app.js"]
        yield from super().post_process(paths, **options)
        self.delete("stale.txt")
        self.delete(outdated)


@WHERE
def test_what_post_process_deletes_goes_last(
    pair: Pair, server: S3Server, where: str
) -> None:
    pair.site.collect()
    outdated = pair.bucket.paths()["app.js"]
    pair.bucket.put("stale.txt")
    pair.site.write(CHANGED)

    run = pair.site.collect(backend=composed(Cleans, where))

    operations = [request.operation for request in run.requests]
    last_put = len(operations) - operations[::-1].index("PutObject") - 1
    assert not [one for one in operations[:last_put] if one.startswith("Delete")]
    keys = pair.bucket.keys()
    assert outdated in keys
    assert "stale.txt" not in keys


class DeletesWhatItHashed(Parent):
    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        self.delete(self.hashed_files["app.js"])


@WHERE
def test_what_the_new_manifest_names_is_not_deleted(pair: Pair, where: str) -> None:
    for changes in ({}, CHANGED, {}):
        pair.site.write(changes)
        pair.site.collect(backend=composed(DeletesWhatItHashed, where))

        assert {*pair.bucket.paths().values()} <= {*pair.bucket.keys()}


class Swallows(Parent):
    """Let a reference to a missing file pass, as projects with vendored CSS do."""

    def post_process(self, *args: Any, **kwargs: Any) -> Any:
        for result in super().post_process(*args, **kwargs):
            if not isinstance(result[2], Exception):
                yield result


@WHERE
def test_override_that_swallows_errors(pair: Pair, where: str) -> None:
    pair.site.write({"css/vendored.css": "i { background: url(missing.png) }"})

    pair.collect(override=Swallows, where=where)

    assert pair.bucket.objects() == pair.stock.objects()
    assert "css/vendored.css" in pair.bucket.paths()


class PassesALevel(Parent):
    def post_process(self, paths: Any, dry_run: bool = False, **options: Any) -> Any:
        yield from super().post_process(paths, dry_run, level=3, **options)


class TakesALevel(Parent):
    def post_process(
        self, paths: Any, dry_run: bool, *, level: int, **more: Any
    ) -> Any:
        self.save("level.txt", ContentFile(str(level)))
        yield from super().post_process(paths, dry_run, **more)


def test_unknown_arguments_pass_through(pair: Pair) -> None:
    below = class_at(composed(TakesALevel, "below"))
    stock = path_of(
        type("StockLevel", (PassesALevel, TakesALevel, STOCK["manifest"]), {})
    )
    ours = path_of(type("Level", (PassesALevel, below), {}))

    pair.site.collect(backend=stock, bucket_name=pair.stock.name)
    pair.site.collect(backend=ours)

    assert pair.bucket.objects() == pair.stock.objects()
    assert pair.bucket.get("level.txt").body == b"3"


class YieldsNothing(Parent):
    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from ()


class ReturnsNothing(Parent):
    def post_process(self, paths: Any, **options: Any) -> Any:
        return []


class YieldsItsOwn(Parent):
    def post_process(self, paths: Any, dry_run: bool = False) -> Any:
        for name in paths:
            self.save(f"{name}.copy", ContentFile(name))
            yield name, f"{name}.copy", True


@WHERE
@KIND
@pytest.mark.parametrize("override", [ReturnsNothing, YieldsItsOwn, YieldsNothing])
def test_override_that_never_reaches_super(
    pair: Pair, override: Any, where: str, kind: str
) -> None:
    first, stock = pair.collect(override=override, where=where, kind=kind)
    assert pair.bucket.objects() == pair.stock.objects()
    assert first.summary == stock.summary

    pair.site.write(CHANGED)
    second, _ = pair.collect(override=override, where=where, kind=kind)
    assert pair.bucket.objects() == pair.stock.objects()
    assert second.summary.startswith("2 static files copied, 1 unmodified")


@WHERE
def test_override_that_never_reaches_super_leaves_the_manifest(
    pair: Pair, where: str
) -> None:
    pair.collect(override=ReturnsAList, where=where)
    pair.site.write(CHANGED)

    pair.collect(override=YieldsNothing, where=where)

    assert pair.bucket.objects() == pair.stock.objects()
    assert pair.bucket.paths().keys() == SOURCES.keys()


class RaisesBefore(Parent):
    def post_process(self, paths: Any, **options: Any) -> Any:
        self.save("half.txt", ContentFile("half"))
        raise RuntimeError("The bundler failed.")


class RaisesMidway(Parent):
    def post_process(self, paths: Any, **options: Any) -> Iterator[Any]:
        yield next(iter(super().post_process(paths, **options)))
        raise RuntimeError("The bundler failed.")


class RaisesAfter(Parent):
    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        self.delete("logo.png")
        raise RuntimeError("The bundler failed.")


class YieldsAnError(Parent):
    def post_process(self, paths: Any, **options: Any) -> Any:
        yield from super().post_process(paths, **options)
        yield "app.js", None, RuntimeError("The bundler failed.")


@WHERE
@pytest.mark.parametrize(
    "override", [RaisesAfter, RaisesBefore, RaisesMidway, YieldsAnError]
)
def test_failed_post_process_sends_nothing(
    pair: Pair, server: S3Server, override: Any, where: str
) -> None:
    pair.site.collect(backend=MANIFEST)
    before = pair.bucket.objects()
    pair.site.write(CHANGED)
    with pytest.raises(POST_PROCESS_ERRORS, match="The bundler failed"):
        pair.collect_stock(override=override)

    with override_settings(**pair.site.settings(composed(override, where))):
        url = staticfiles_storage.url("app.js")
        seen = len(server.requests)
        with pytest.raises(POST_PROCESS_ERRORS, match="The bundler failed"):
            call_command("collectstatic", "--noinput")

        assert staticfiles_storage.url("app.js") == url
        assert not staticfiles_storage.exists("half.txt")
    sent = {request.method for request in server.requests[seen:]}
    assert sent <= {"GET", "HEAD"}
    assert pair.bucket.objects() == before


@WHERE
@KIND
def test_no_post_process_leaves_out_the_override(
    pair: Pair, where: str, kind: str
) -> None:
    run, _ = pair.collect(
        "--no-post-process", override=SavesAfter, where=where, kind=kind
    )

    assert pair.bucket.objects() == pair.stock.objects()
    assert sorted(pair.bucket.keys()) == sorted(SOURCES)
    assert run.summary == "3 static files copied."


class AsksWhetherDry(Parent):
    asked: list[bool]

    def post_process(self, paths: Any, dry_run: bool = False, **options: Any) -> Any:
        self.asked.append(dry_run)
        self.save("written.txt", ContentFile("although it is a dry run"))
        yield from super().post_process(paths, dry_run=dry_run, **options)
        self.delete("app.js")


@WHERE
@pytest.mark.parametrize("flags", [(), ("--clear",)], ids=["", "clear"])
def test_dry_run_is_one_for_the_override_too(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, flags: tuple[str, ...], where: str
) -> None:
    monkeypatch.setattr(AsksWhetherDry, "asked", [], raising=False)
    pair.site.collect(location="assets")
    pair.site.write(CHANGED)
    before = pair.bucket.objects()

    run, _ = pair.collect(
        "--dry-run",
        *flags,
        override=AsksWhetherDry,
        where=where,
        location="assets",
    )

    assert AsksWhetherDry.asked == [True, True]
    assert {request.method for request in run.requests} <= {"GET", "HEAD"}
    assert pair.bucket.objects() == before


@WHERE
@pytest.mark.parametrize(
    "override", [DropsFromACopy, KeepsHashedNamesOnly, Packs, ReturnsAList, SavesAfter]
)
def test_dry_run_writes_nothing_whatever_the_override_does(
    pair: Pair, override: Any, where: str
) -> None:
    pair.site.collect()
    pair.site.write(CHANGED)
    before = pair.bucket.objects()

    run = pair.site.collect("--dry-run", backend=composed(override, where))

    assert {request.method for request in run.requests} <= {"GET", "HEAD"}
    assert pair.bucket.objects() == before


class HashesInItself(Parent):
    """Hash in a method of its own, and return all results at the end."""

    def post_process(self, paths: Any, **options: Any) -> Any:
        results = {name: (name, to, done) for name, to, done in self._hashed(paths)}
        self.save("last.txt", ContentFile(str(sorted(results))))
        return results.values()

    def _hashed(self, paths: Any) -> Any:
        return super().post_process(paths, dry_run=False)


@WHERE
@pytest.mark.parametrize(
    "override", [HashesInItself, ReturnsAList, SavesAfter, SavesBefore, YieldsItsOwn]
)
def test_override_called_by_a_script(
    pair: Pair, site: Site, bucket: Bucket, override: Any, where: str
) -> None:
    sources = FileSystemStorage(location=site.sources)
    results = []
    for place, name in (("stock", pair.stock.name), (where, bucket.name)):
        site.collect(backend=STOCK_PLAIN, bucket_name=name)
        storage = site.storage(composed(override, place), bucket_name=name)
        paths = {name: (sources, name) for name in SOURCES}
        with override_settings(STATIC_URL="/static/"):
            results.append(sorted(storage.post_process(paths)))

    assert results[0] == results[1]
    assert pair.bucket.objects() == pair.stock.objects()
