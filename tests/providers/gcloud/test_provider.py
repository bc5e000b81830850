"""What only Google Cloud Storage does."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from google.auth.exceptions import RefreshError
from google.cloud.storage import Blob

from faststatic_storages.providers import provider_for
from faststatic_storages.providers.base import ProviderError
from faststatic_storages.providers.gcloud.listing import info_of
from faststatic_storages.sync.content import HeldBytes
from faststatic_storages.sync.digests import CRC32C
from faststatic_storages.sync.equality import is_unchanged
from tests.ids import stable_id
from tests.servers.gcs import ENDPOINT, gcs_server
from tests.sites.cloud_site import CloudSite
from tests.sites.clouds import GoogleCloud


@pytest.fixture
def site(tmp_path: Path, google_cloud: GoogleCloud) -> CloudSite:
    return CloudSite(tmp_path, google_cloud)


def compose(cloud: GoogleCloud, key: str, *parts: bytes) -> None:
    """Leave an object as tools do that upload its parts in parallel."""
    bucket = cloud.client.bucket(cloud.container)
    blobs: list[Blob] = []
    for number, part in enumerate(parts):
        blobs.append(bucket.blob(f"{key}.{number}"))
        blobs[-1].upload_from_string(part)
    whole = bucket.blob(key)
    whole.compose(blobs)
    # The emulator computes the MD5 that the service has none of.
    bucket.delete_blobs(blobs)


def test_composite_object_is_compared_by_its_crc32c(google_cloud: GoogleCloud) -> None:
    compose(google_cloud, "film.mp4", b"one", b"two")
    blob = google_cloud.client.bucket(google_cloud.container).get_blob("film.mp4")
    blob._properties.pop("md5Hash", None)

    remote = info_of(blob)

    assert remote.digest == CRC32C(blob.crc32c)
    assert is_unchanged(HeldBytes(b"onetwo"), remote)
    assert not is_unchanged(HeldBytes(b"twoone"), remote)


def test_object_of_which_the_service_tells_no_checksum(
    google_cloud: GoogleCloud,
) -> None:
    blob = google_cloud.client.bucket("bucket").blob("a.txt")

    assert info_of(blob).digest is None


@pytest.mark.parametrize(
    ("options", "acl"),
    [
        ({"transport": "sdk"}, ""),
        ({"transport": "sdk", "default_acl": "publicRead"}, "publicRead"),
        ({"transport": "obstore"}, ""),
        ({"transport": "obstore", "default_acl": "publicRead"}, "public-read"),
        (
            {"transport": "obstore", "object_parameters": {"acl": "projectPrivate"}},
            "project-private",
        ),
    ],
    ids=stable_id,
)
def test_acl_is_sent_where_it_is_asked_for(
    site: CloudSite, google_cloud: GoogleCloud, options: dict[str, Any], acl: str
) -> None:
    site.write({"a.txt": "a"})

    run = site.collect(backend=google_cloud.plain, **options)

    [put] = run.requests.of("Put")
    assert ("object_store" in put.headers["User-Agent"]) == (
        options["transport"] == "obstore"
    )
    told = put.headers.get("x-goog-acl", dict(put.query).get("predefinedAcl", ""))
    assert told == acl


def test_large_file_is_sent_in_chunks(
    site: CloudSite, google_cloud: GoogleCloud
) -> None:
    site.write({"film.mp4": b"film" * 2_500_000})

    run = site.collect(backend=google_cloud.plain)
    again = site.collect(
        backend=google_cloud.plain, location="v2", blob_chunk_size=4 * 1024 * 1024
    )

    assert run.requests.counts() == {"List": 1, "StartUpload": 1, "UploadChunk": 2}
    assert again.requests.counts() == {"List": 1, "StartUpload": 1, "UploadChunk": 3}


def test_signed_urls_are_allowed_where_they_are_not_signed(
    google_cloud: GoogleCloud,
) -> None:
    storage = google_cloud.storage(querystring_auth=True, default_acl="publicRead")

    provider_for(storage).check()

    assert storage.url("a.txt").endswith(f"/{google_cloud.container}/a.txt")


def test_no_bucket_is_asked_for_to_label_traces(google_cloud: GoogleCloud) -> None:
    provider = provider_for(google_cloud.storage())

    provider.put(provider.upload("a.txt", HeldBytes(b"a")))

    assert google_cloud.proxy.requests.counts() == {"Put": 1}


def test_who_collects_traces_keeps_the_labels(
    google_cloud: GoogleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENABLE_GCS_PYTHON_CLIENT_OTEL_TRACES", "true")
    provider: Any = provider_for(google_cloud.storage())
    client = provider.bucket.client

    assert getattr(client, "_bucket_metadata_cache", "older") is not None


# Bad input.


@pytest.fixture
def _machine_without_credentials(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("STORAGE_EMULATOR_HOST")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")


@pytest.mark.usefixtures("_machine_without_credentials")
@pytest.mark.parametrize("kind", ["plain", "manifest"])
def test_no_credentials(site: CloudSite, google_cloud: GoogleCloud, kind: str) -> None:
    with pytest.raises(CommandError, match="DefaultCredentialsError") as caught:
        site.collect(backend=getattr(google_cloud, kind), credentials=None)

    assert str(caught.value).endswith('run "gcloud auth application-default login".')


def test_uniform_access_refuses_acls(
    site: CloudSite, google_cloud: GoogleCloud
) -> None:
    site.write({"a.txt": "a"})
    google_cloud.proxy.fail(
        "Put",
        status=400,
        body='{"error": {"code": 400, "message": "Cannot insert legacy ACL for an '
        'object when uniform bucket-level access is enabled."}}',
    )

    with pytest.raises(CommandError, match=r"set default_acl .GS_DEFAULT_ACL. to None"):
        site.collect(backend=google_cloud.plain, default_acl="publicRead")


def test_read_that_is_refused(google_cloud: GoogleCloud) -> None:
    google_cloud.proxy.fail("Head", status=403, body=google_cloud.refusal)

    storage = google_cloud.storage(google_cloud.manifest)

    with pytest.raises(ProviderError, match=r"Grant storage\.objects\.get"):
        storage.url("a.txt")


def test_page_in_the_place_of_an_answer(google_cloud: GoogleCloud) -> None:
    google_cloud.proxy.fail("Head", status=200, body="<html>Log in</html>")

    with pytest.raises(ProviderError, match=r"^Could not read bucket"):
        provider_for(google_cloud.storage()).get("a.txt")


@pytest.mark.parametrize(("times", "found"), [(1, True), (None, False)])
def test_object_is_asked_for_by_its_generation(
    google_cloud: GoogleCloud, times: int | None, found: bool
) -> None:
    google_cloud.put("a.txt", b"a")
    google_cloud.proxy.fail("Get", status=404, times=times)
    provider = provider_for(google_cloud.storage())

    with nullcontext() if found else pytest.raises(FileNotFoundError):
        assert provider.get("a.txt") == b"a"

    requests = google_cloud.proxy.requests
    tries = 2 if found else 3
    assert requests.counts() == {"Head": tries, "Get": tries}
    assert all(
        "generation=" in one.target for one in requests if one.operation == "Get"
    )


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (RefreshError("invalid_grant"), "Check credentials (GS_CREDENTIALS)"),
        (ConnectionError("refused"), "Check the network"),
    ],
)
def test_local_errors(google_cloud: GoogleCloud, error: Exception, remedy: str) -> None:
    explanation = provider_for(google_cloud.storage()).explain(error, "list")

    assert explanation.remedy.startswith(remedy)


def test_no_secret_of_a_proxy_is_told(google_cloud: GoogleCloud) -> None:
    error = ConnectionError("http://user:secret@proxy:3128 refused")

    explanation = provider_for(google_cloud.storage()).explain(error, "list")

    assert explanation.cause == "ConnectionError: http://proxy:3128 refused"


def test_suite_runs_against_a_server_that_runs_already(
    google_cloud: GoogleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    google_cloud.put("a.txt", b"a")
    monkeypatch.setenv(ENDPOINT, google_cloud.proxy.upstream)

    with gcs_server() as proxy:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", proxy.url)
        [info] = provider_for(google_cloud.storage()).list()

    assert info.key == "a.txt"
    assert proxy.requests.counts() == {"List": 1}
