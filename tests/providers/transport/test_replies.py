"""What Google and Azure answer to a put is proof, or the run fails and says why."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management.base import CommandError
from werkzeug.wrappers import Response

from faststatic_storages.providers import provider_for
from faststatic_storages.sync.content import HeldBytes
from tests.collectstatic.test_source_changes import (
    TOLD,
    changes,
    grow,
    sizes,
    wrong_names,
)
from tests.providers.s3.test_replies import OTHER, PAGE, answering
from tests.providers.s3.test_transports import TRANSPORTS
from tests.servers.recorder import Switch
from tests.sites.cloud_site import CloudSite
from tests.sites.clouds import Azure, Cloud, GoogleCloud

# django-storages' own, whenever an AzureStorage is constructed.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:storages"
)

OTHER_MD5 = "ASNFZ4mrze8BI0VniavN7w=="


@changes
@sizes
@TRANSPORTS
def test_changed_source_fails_the_run_by_name(
    cloud_site: CloudSite,
    cloud: Cloud,
    change: Callable[[Path], None],
    size: int,
    transport: str,
) -> None:
    path = cloud_site.sources / "file.bin"
    cloud_site.write({"first.txt": "1", "file.bin": b"x" * size})
    cloud.proxy.react(lambda request: change(path), "Put", nth=1)

    with pytest.raises(CommandError, match=TOLD):
        cloud_site.collect(transport=transport)

    stored = cloud.objects()
    assert "staticfiles.json" not in stored
    assert not wrong_names((key, one.body) for key, one in stored.items())


@pytest.fixture
def google(tmp_path: Path, google_cloud: GoogleCloud) -> CloudSite:
    return CloudSite(tmp_path, google_cloud)


@pytest.fixture
def azure_site(tmp_path: Path, azure: Azure) -> CloudSite:
    return CloudSite(tmp_path, azure)


def test_file_in_blocks_that_grows_is_not_stored(
    azure_site: CloudSite, azure: Azure
) -> None:
    path = azure_site.sources / "file.bin"
    azure_site.write({"first.txt": "1", "file.bin": b"x" * 4_000_000})
    azure.proxy.react(lambda request: grow(path), "Put", nth=1)

    with pytest.raises(CommandError, match=TOLD):
        azure_site.collect(backend="tests.sites.cloud_storages.AzureInBlocks")

    assert azure.keys() == ["first.txt"]


@TRANSPORTS
def test_page_of_a_proxy_is_no_answer(
    cloud_site: CloudSite, cloud: Cloud, transport: str
) -> None:
    cloud_site.write({"app.js": "1"})
    cloud.proxy.react(
        lambda request: Response(
            PAGE, mimetype="text/html", headers={"ETag": '"5e-7"'}
        ),
        "Put",
    )

    with pytest.raises(CommandError, match=r"app\.js: "):
        cloud_site.collect(backend=cloud.plain, transport=transport)

    assert cloud.keys() == []


def described(**changes: str | None) -> Switch:
    """Let Google describe what it has stored otherwise."""

    def edit(response: Response) -> None:
        properties = json.loads(response.get_data()) | changes
        told = {name: value for name, value in properties.items() if value is not None}
        response.set_data(json.dumps(told))

    return answering(edit, "Put")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"md5Hash": OTHER_MD5}, rf"stored other bytes \(1, {OTHER}\)"),
        ({"size": "7"}, r"stored other bytes \(7, "),
        ({"md5Hash": None, "crc32c": None}, "without a checksum"),
    ],
    ids=["MD5", "size", "none"],
)
def test_google_stored_other_bytes(
    google: CloudSite, changes: dict[str, str | None], told: str
) -> None:
    google.write({"app.js": "1"})

    with (
        google.cloud.proxy.imitating(described(**changes)),
        pytest.raises(CommandError, match=rf"app\.js: .*{told}"),
    ):
        google.collect(transport="sdk")

    assert "staticfiles.json" not in google.cloud.objects()


def test_etag_of_google_s_encrypted_objects_is_another(google: CloudSite) -> None:
    google.write({f"{number}.txt": "x" for number in range(20)})

    def edit(response: Response) -> None:
        if "ETag" in response.headers:
            response.headers["ETag"] = '"CJ6SwYDRnYADEAE="'
        if response.is_json:
            response.set_data(
                json.dumps(json.loads(response.get_data()) | {"kmsKeyName": "key"})
            )

    with google.cloud.proxy.imitating(answering(edit, "Put")):
        run = google.collect(backend=google.cloud.plain)

    # The SDK tells once why the ETag is another.
    assert run.requests.counts() == {"List": 1, "Put": 21}


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda response: response.headers.remove("ETag"), "without an ETag"),
        (
            lambda response: response.headers.update({"Content-MD5": OTHER_MD5}),
            f"stored other bytes .{OTHER}",
        ),
    ],
    ids=["no ETag", "MD5"],
)
def test_azure_stored_something_else(
    azure_site: CloudSite, edit: Callable[[Response], object], told: str
) -> None:
    azure_site.write({"app.js": "1"})

    with (
        azure_site.cloud.proxy.imitating(answering(edit, "Put")),
        pytest.raises(CommandError, match=rf"app\.js: .*{told}"),
    ):
        azure_site.collect(transport="sdk")

    assert "staticfiles.json" not in azure_site.cloud.objects()


def test_md5_of_a_list_of_blocks_is_none_of_the_blob(azure: Azure) -> None:
    provider = provider_for(azure.storage("tests.sites.cloud_storages.AzureInBlocks"))

    info = provider.put(provider.upload("film.mp4", HeldBytes(b"x" * 4_000_000)))

    assert info.digest is None


# Throttles and refusals.


@pytest.mark.parametrize("transport", ["auto", "sdk"])
def test_refused_credential_is_asked_with_twice(
    cloud_site: CloudSite, cloud: Cloud, transport: str
) -> None:
    cloud_site.write({f"{number}.txt": "x" for number in range(300)})
    cloud.proxy.fail("Put", status=403, body=cloud.refusal)

    with pytest.raises(CommandError, match="299 more were not tried"):
        cloud_site.collect(backend=cloud.plain, transport=transport)

    assert len(cloud.proxy.requests.of("Put")) == (2 if transport == "auto" else 1)


@pytest.mark.parametrize("transport", ["auto", "sdk"])
def test_key_that_is_throttled_for_ever_costs_seconds(
    cloud_site: CloudSite, cloud: Cloud, transport: str
) -> None:
    cloud_site.write({"first.txt": "1", "app.js": "1"})
    cloud.proxy.fail("Put", status=429, key="app.js")
    began = time.monotonic()

    with pytest.raises(CommandError, match=r"app\.js: 429(.|\n)*max_workers"):
        cloud_site.collect(backend=cloud.plain, transport=transport)

    assert time.monotonic() - began < 10
    assert cloud.proxy.requests.keys().count("app.js") == 5


@pytest.mark.parametrize("transport", ["auto", "sdk"])
def test_service_is_left_alone_for_as_long_as_it_asks(
    cloud_site: CloudSite, cloud: Cloud, transport: str
) -> None:
    cloud_site.write({"app.js": "1"})
    # obstore does not tell for how long.
    times = 2 if transport == "auto" else 1
    cloud.proxy.fail("Put", status=429, times=times, headers={"Retry-After": "1"})
    began = time.monotonic()

    cloud_site.collect(backend=cloud.plain, transport=transport)

    assert time.monotonic() - began > 1
    assert len(cloud.proxy.requests.of("Put")) == times + 1


# Deletes.


@pytest.mark.parametrize("status", [400, 405, 501])
def test_service_without_batches_deletes_one_by_one(
    cloud_site: CloudSite, cloud: Cloud, status: int
) -> None:
    for key in ("old 1.txt", "old 2.txt"):
        cloud.put(key, b"x")
    cloud.proxy.fail("DeleteBatch", status=status)

    provider_for(cloud.storage()).delete(["old 1.txt", "gone.txt", "old 2.txt"])

    assert cloud.keys() == []


def test_answer_of_google_that_is_none_to_a_batch(google: CloudSite) -> None:
    google.cloud.put("old.txt", b"x")
    google.cloud.proxy.react(lambda request: Response("{}"), "DeleteBatch")

    provider_for(google.cloud.storage()).delete(["old.txt"])

    assert google.cloud.keys() == []


def test_refused_deletion_says_that_the_manifest_is_up(
    cloud_site: CloudSite, cloud: Cloud
) -> None:
    cloud.put("left.txt", b"")
    cloud_site.write({"app.js": "1"})
    cloud.proxy.fail("DeleteBatch", status=403, body=cloud.refusal)

    with pytest.raises(CommandError, match="The new manifest and all that it names"):
        cloud_site.collect("--clear")

    assert "staticfiles.json" in cloud.objects()


GOOGLE_REFUSALS = {
    "Object 'b/a.js' is subject to bucket's retention policy or object retention and "
    "cannot be deleted or overwritten until 2027-01-01T00:00:00Z": "A retention policy",
    "Object 'b/a.js' is under active Event-Based hold and cannot be deleted, "
    "overwritten or archived until hold is removed.": "A retention policy or a hold",
    "The billing account for the owning project is disabled in state absent": (
        "Enable billing"
    ),
    "Request is prohibited by organization's policy.": "The organization forbids it",
    "Request violates constraint 'constraints/storage.uniformBucketLevelAccess'": (
        "The organization forbids it"
    ),
}


@pytest.mark.parametrize(("message", "remedy"), GOOGLE_REFUSALS.items())
@pytest.mark.parametrize("status", [403, 412])
def test_refusal_of_google_that_is_no_permission(
    google: CloudSite, status: int, message: str, remedy: str
) -> None:
    google.write({"app.js": "1"})
    body = json.dumps({"error": {"code": status, "message": message}})
    google.cloud.proxy.fail("Put", status=status, body=body)

    with pytest.raises(CommandError, match=rf"{status} .*\n{remedy}"):
        google.collect(backend=google.cloud.plain)


@pytest.mark.parametrize(
    ("status", "code", "remedy"),
    [
        (412, "LeaseIdMissing", "Somebody holds a lease"),
        (409, "SnapshotsPresent", "The blob has snapshots"),
        (409, "BlobImmutableDueToPolicy", "An immutability policy or a legal hold"),
        (409, "PublicAccessNotPermitted", "The account allows no anonymous access"),
        (409, "BlobArchived", "The blob is in the archive tier"),
    ],
)
def test_refusal_of_azure_that_is_no_permission(
    azure_site: CloudSite, status: int, code: str, remedy: str
) -> None:
    azure_site.write({"app.js": "1"})
    azure_site.cloud.proxy.fail("Put", status=status, headers={"x-ms-error-code": code})

    with pytest.raises(CommandError, match=rf"{status} {code}.*\n{remedy}"):
        azure_site.collect(backend=azure_site.cloud.plain)
