"""The stock command into Google Cloud Storage and Azure: the same promise as in S3."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.management.base import CommandError

from faststatic_storages.providers import provider_for
from tests.collectstatic.test_parity import SOURCES
from tests.providers.s3.test_transports import TRANSPORTS
from tests.servers.recording import Request
from tests.sites.cloud_site import CloudSite
from tests.sites.clouds import Cloud, StoredObject

SITE: dict[str, str | bytes] = {
    "css/base.css": '@import "deep/font.css"; b { background: url(../img/logo.png) }',
    "css/deep/font.css": "i { src: url(../../font.woff) }",
    "font.woff": b"wOFF",
    "img/logo.png": b"PNG",
    "LICENSE": "no extension",
}
# Originals, hashed forms, manifest.
OBJECTS = 2 * len(SITE) + 1


# django-storages' own, whenever an AzureStorage is constructed.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)


def test_cold_run_lists_once_and_writes_each_object_once(
    cloud_site: CloudSite, cloud: Cloud
) -> None:
    cloud_site.write(SITE)

    run = cloud_site.collect()

    assert run.requests.counts() == cloud_site.cloud.miss | {"List": 1, "Put": OBJECTS}
    # The storage has asked for the manifest when it was made.
    assert f", {1 + OBJECTS} requests, " in run.closing
    assert sorted(run.requests.keys()) == sorted(cloud.keys())
    assert run.requests[-1].key == "staticfiles.json"
    assert run.sent == f"{OBJECTS} objects: {OBJECTS} uploaded, 0 unchanged."
    assert run.summary == (
        f"{len(SITE)} static files copied, {len(SITE)} post-processed."
    )


def test_each_run_counts_its_own_requests(cloud: Cloud) -> None:
    """They share the storage's client."""
    storage = cloud.storage()
    reports = []
    for name in ("a.txt", "b.txt"):
        with storage.staged() as outcome:
            storage.save(name, ContentFile(b""))
        reports.append(outcome.report)

    assert [report.requests for report in reports] == [2, 2]


@pytest.mark.parametrize("seconds_from_now", [-1e8, 0, 1e5])
def test_unchanged_run_sends_nothing(
    cloud_site: CloudSite, seconds_from_now: float
) -> None:
    cloud_site.write(SITE)
    cloud_site.collect()
    cloud_site.date(seconds_from_now=seconds_from_now)

    run = cloud_site.collect()

    assert run.requests.counts() == cloud_site.cloud.read | {"List": 1}
    assert run.sent == f"{OBJECTS} objects: 0 uploaded, {OBJECTS} unchanged."
    assert run.summary.startswith(f"0 static files copied, {len(SITE)} unmodified")


def reads(cloud: Cloud, times: int) -> dict[str, int]:
    """Return the requests for the manifest, which a run looks at again at its end."""
    return {operation: times * count for operation, count in cloud.read.items()}


def test_changed_file_is_sent_with_what_refers_to_it(
    cloud_site: CloudSite, cloud: Cloud
) -> None:
    cloud_site.write(SITE)
    cloud_site.collect()
    cloud_site.write({"font.woff": b"wOF2"})
    cloud_site.date(seconds_from_now=-1e8)

    run = cloud_site.collect()

    assert run.requests.counts() == reads(cloud, 2) | {"List": 1, "Put": 5}
    sent = run.requests.keys()
    assert {key.split(".")[0] for key in sent} == {
        "css/base",
        "css/deep/font",
        "font",
        "staticfiles",
    }


def test_deploy_that_published_meanwhile_is_noticed(
    cloud_site: CloudSite, cloud: Cloud, tmp_path: Path
) -> None:
    cloud_site.write(SITE)
    cloud_site.collect()
    (tmp_path / "theirs.txt").write_text("theirs")
    theirs = {"theirs.txt": (FileSystemStorage(tmp_path), "theirs.txt")}

    def deploy(request: Request) -> None:
        assert [*cloud.storage(cloud.manifest).post_process(theirs)]

    cloud_site.write({"LICENSE": "new"})
    cloud.proxy.react(deploy, "Put", key="LICENSE", times=1)
    run = cloud_site.collect()

    assert "Another deploy has published since this one began" in run.stdout
    assert json.loads(cloud.objects()["staticfiles.json"].body)["paths"].keys() == {
        *SITE
    }


def test_plain_class_writes_and_lists_as_little(
    cloud_site: CloudSite, cloud: Cloud
) -> None:
    cloud_site.write(SITE)

    cold = cloud_site.collect(backend=cloud.plain)
    unchanged = cloud_site.collect(backend=cloud.plain)

    assert cold.requests.counts() == {"List": 1, "Put": len(SITE)}
    assert unchanged.requests.counts() == {"List": 1}


def test_write_only_credentials_need_no_listing(
    cloud_site: CloudSite, cloud: Cloud
) -> None:
    cloud_site.write(SITE)

    run = cloud_site.collect(backend=cloud.write_only)

    assert run.requests.counts() == cloud_site.cloud.miss | {"Put": OBJECTS}


@pytest.mark.parametrize(
    ("kind", "options"),
    [("plain", {}), ("manifest", {"location": "app/static"}), ("project", {})],
    ids=["plain", "manifest", "project"],
)
def test_container_is_as_stock_leaves_it(
    cloud_site: CloudSite, cloud: Cloud, kind: str, options: dict[str, Any]
) -> None:
    cloud_site.write(SOURCES)
    ours = getattr(cloud, kind)
    left: list[dict[str, StoredObject]] = []
    for transport in ("auto", "sdk"):
        cloud_site.collect(backend=ours, transport=transport, **options)
        left.append(cloud.objects())
        container, cloud.container = cloud.container, cloud.create()
        cloud.drop(container)

    cloud_site.collect(
        backend=getattr(cloud, f"stock_{kind}"), **cloud.stock, **options
    )

    assert left == [cloud.objects()] * 2
    # And a project that changes from stock to ours sends nothing again.
    assert not cloud_site.collect(backend=ours, **options).requests.keys()


def test_large_file_is_sent_once(cloud_site: CloudSite) -> None:
    cloud_site.write({"film.mp4": b"film" * 5_000_000})

    cloud_site.collect()
    run = cloud_site.collect()

    assert run.requests.counts() == cloud_site.cloud.read | {"List": 1}


def test_only_location_is_listed_and_cleared(
    cloud_site: CloudSite, cloud: Cloud
) -> None:
    cloud_site.write({"a.txt": "a"})
    for key in ("static-old/kept.txt", "kept.txt", "static/gone.txt"):
        cloud.put(key, b"x")

    cloud_site.collect("--clear", backend=cloud.plain, location="static")

    assert cloud.keys() == ["kept.txt", "static-old/kept.txt", "static/a.txt"]


def test_clear_deletes_in_batches_and_last(cloud_site: CloudSite, cloud: Cloud) -> None:
    cloud_site.write(SITE)
    cloud_site.collect()
    for number in range(3):
        cloud.put(f"left/{number}.txt", b"x")
    cloud_site.write({"img/logo.png": b"new"})
    live = set(cloud.keys())
    lost: dict[str, set[str]] = {}

    def look(request: Request) -> None:
        lost[request.operation] = live - {*cloud.keys()}

    cloud.proxy.observe(look)
    run = cloud_site.collect("--clear")

    assert not any(lost[operation] for operation in ("Get", "List", "Put"))
    assert run.requests.counts() == reads(cloud, 3) | {
        "DeleteBatch": 1,
        "List": 1,
        "Put": 4,
    }
    assert run.requests[-1].operation == "DeleteBatch"
    assert len(cloud.keys()) == OBJECTS
    assert run.sent == (
        f"{OBJECTS} objects: 4 uploaded, {OBJECTS - 4} unchanged, 5 deleted."
    )


def test_more_deletes_than_fit_in_a_batch(cloud_site: CloudSite, cloud: Cloud) -> None:
    for number in range(cloud.batch_size + 1):
        cloud.put(f"left/{number}.txt", b"")

    run = cloud_site.collect("--clear", backend=cloud.plain)

    assert run.requests.counts() == {"DeleteBatch": 2, "List": 1}
    assert cloud.keys() == []


def test_delete_of_what_somebody_else_deleted_is_no_error(
    cloud_site: CloudSite, cloud: Cloud
) -> None:
    cloud.put("left.txt", b"")

    provider_for(cloud.storage(cloud.manifest)).delete(["left.txt", "gone.txt"])

    assert cloud.keys() == []


def test_refused_delete_fails_the_command(cloud_site: CloudSite, cloud: Cloud) -> None:
    cloud.put("left.txt", b"")
    cloud.proxy.fail("DeleteBatch", status=403, body=cloud.refusal)

    with pytest.raises(CommandError, match=r"403 .*delete"):
        cloud_site.collect("--clear", backend=cloud.plain)


def test_delete_that_is_refused_for_some(cloud_site: CloudSite, cloud: Cloud) -> None:
    cloud.put("left.txt", b"")
    status, content_type, answer = cloud.refusal_in_batch
    cloud.proxy.fail(
        "DeleteBatch",
        status=status,
        body=answer,
        headers={"Content-Type": content_type},
    )

    with pytest.raises(CommandError, match=r"Could not delete from .* 403 .*delete"):
        cloud_site.collect("--clear", backend=cloud.plain)


@pytest.mark.parametrize("kind", ["plain", "manifest"])
def test_sdk_is_not_installed(cloud: Cloud, kind: str) -> None:
    module, _, _ = getattr(cloud, kind).rpartition(".")
    code = f"import sys; sys.modules[{cloud.sdk!r}] = None; import {module}"
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, text=True
    )

    assert process.stderr.splitlines()[-1] == (
        f'Install {cloud.package}: pip install "faststatic-storages[{cloud.extra}]"'
    )


def test_dry_run_writes_nothing(cloud_site: CloudSite, cloud: Cloud) -> None:
    cloud_site.write(SITE)

    run = cloud_site.collect("--dry-run", "--clear")

    assert run.requests.counts() == cloud_site.cloud.miss | {"List": 1}
    assert f"{OBJECTS} would be uploaded" in run.stdout
    assert cloud.keys() == []


def test_originals_are_there_without_post_processing(
    cloud_site: CloudSite, cloud: Cloud
) -> None:
    cloud_site.write(SITE)

    cloud_site.collect("--no-post-process")

    assert {*cloud.keys()} == {*SITE}


@pytest.mark.parametrize("nth", [1, 4, OBJECTS])
@pytest.mark.parametrize("status", [403, 503, None])
@TRANSPORTS
def test_failed_upload_fails_the_command_and_spares_the_manifest(
    cloud_site: CloudSite, cloud: Cloud, nth: int, status: int | None, transport: str
) -> None:
    cloud_site.write(SITE)
    cloud_site.collect()
    before = cloud.objects()
    # Each file, so each object, is another one.
    cloud_site.write(
        {
            name: (content if isinstance(content, bytes) else content.encode()) + b"\n"
            for name, content in SITE.items()
        }
    )
    if status is None:
        cloud.proxy.reset_connection("Put", nth=nth)
    else:
        body = cloud.refusal if status == 403 else ""
        cloud.proxy.fail("Put", status=status, body=body, nth=nth)

    with pytest.raises(CommandError) as caught:
        cloud_site.collect(backend=cloud.impatient, max_workers=2, transport=transport)

    message = str(caught.value)
    sent = cloud.proxy.requests.keys()
    assert any(f"  {key}: " in message for key in sent), message
    assert str(status or "Connection") in message
    is_known = nth < OBJECTS
    assert ("The manifest was not replaced" in message) == is_known
    assert ("whether the manifest was replaced is not known" in message) != is_known
    assert not [one for one in threading.enumerate() if "upload" in one.name]
    after = cloud.objects()
    assert after["staticfiles.json"] == before["staticfiles.json"]
    assert {*before} <= {*after}

    cloud.proxy.reset()
    cloud_site.collect()

    paths = json.loads(cloud.objects()["staticfiles.json"].body)["paths"]
    assert {*paths, *paths.values()} <= {*cloud.keys()}


def test_throttled_upload_is_sent_again(cloud_site: CloudSite, cloud: Cloud) -> None:
    cloud_site.write(SITE)
    cloud.proxy.fail(
        "Put",
        status=503,
        nth=2,
        times=1,
    )

    run = cloud_site.collect(backend=cloud.impatient, max_workers=1)

    assert run.requests.counts() == cloud_site.cloud.miss | {
        "List": 1,
        "Put": OBJECTS + 1,
    }
    assert len(cloud.keys()) == OBJECTS


def test_save_of_the_project_stores_each_file(
    cloud_site: CloudSite, cloud: Cloud
) -> None:
    cloud_site.write({"a.js": "1", "css/a.css": "a {}"})

    cloud_site.collect(backend=cloud.banner, location="static")
    again = cloud_site.collect(backend=cloud.banner, location="static")

    bodies = {key: stored.body for key, stored in cloud.objects().items()}
    assert bodies == {"static/a.js": b"/* (c) */1", "static/css/a.css": b"a {}"}
    assert again.requests.keys() == ["static/a.js"]


def test_web_process_costs_one_read(cloud_site: CloudSite, cloud: Cloud) -> None:
    cloud_site.write(SITE)
    cloud_site.collect()
    cloud.proxy.reset()

    storage = cloud.storage(cloud.manifest)
    url = storage.url("img/logo.png")

    assert cloud.proxy.requests.counts() == cloud.read
    assert url == storage.url("img/logo.png")
    assert url.endswith("/img/logo.b7b3ec1c1fd2.png") or "?" not in url


def test_uploads_of_one_run_keep_their_connections(
    cloud_site: CloudSite, cloud: Cloud
) -> None:
    cloud_site.write({f"{number}.txt": str(number) for number in range(40)})

    cloud_site.collect(backend=cloud.plain, max_workers=20, transport="sdk")

    assert len(cloud.proxy.ports) <= 21


# Bad input, each with a clear error that ends with the remedy.


def test_refused_listing_names_the_permission_and_the_mixin(
    cloud_site: CloudSite, cloud: Cloud
) -> None:
    cloud.proxy.fail("List", status=403, body=cloud.refusal)

    with pytest.raises(CommandError) as caught:
        cloud_site.collect()

    assert "Could not list" in str(caught.value)
    assert cloud.list_permission in str(caught.value)
    assert str(caught.value).endswith(
        "SkipExistsDeleteMixin in the place of PreloadMetadataMixin: it never lists."
    )


def test_missing_container(cloud_site: CloudSite, cloud: Cloud) -> None:
    cloud_site.write(SITE)

    with pytest.raises(CommandError, match="404") as caught:
        cloud_site.collect(**{cloud.container_option: "faststatic-missing"})

    assert f"correct {cloud.container_option}" in str(caught.value)


def test_container_is_not_set(cloud_site: CloudSite, cloud: Cloud) -> None:
    for backend in (cloud.plain, cloud.manifest):
        with pytest.raises(CommandError, match=f'"{cloud.container_option}"'):
            cloud_site.collect(backend=backend, **{cloud.container_option: None})


def test_unknown_option(cloud_site: CloudSite) -> None:
    with pytest.raises(CommandError, match="Did you mean 'max_workers'"):
        cloud_site.collect(max_worker=4)


def test_overwriting_is_off(cloud_site: CloudSite, cloud: Cloud) -> None:
    with pytest.raises(CommandError, match="under names that nobody asks for"):
        cloud_site.collect(**cloud.not_overwriting)


def test_signed_urls_are_refused(cloud_site: CloudSite, cloud: Cloud) -> None:
    with pytest.raises(CommandError, match="signed, change at each call and expire"):
        cloud_site.collect(**cloud.signing)
