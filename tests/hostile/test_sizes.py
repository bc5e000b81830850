"""Many files, and large ones: the time is the network's, and memory has an end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import pytest
from werkzeug.wrappers import Response

from tests.collectstatic.test_failures import MEASURE
from tests.hostile.figures import Figures
from tests.servers.recording import Request
from tests.servers.s3 import S3Server
from tests.sites.site import PLAIN, Site

MEGABYTE = 1_000_000
MD5_OF_NOTHING = "d41d8cd98f00b204e9800998ecf8427e"
ANSWERS = {
    "PutObject": "",
    "CreateMultipartUpload": (
        "<InitiateMultipartUploadResult><UploadId>1</UploadId>"
        "</InitiateMultipartUploadResult>"
    ),
    "UploadPart": "",
    "CompleteMultipartUpload": (
        '<CompleteMultipartUploadResult><ETag>"1-1"</ETag>'
        "</CompleteMultipartUploadResult>"
    ),
}


def forget(request: Request, answer: Callable[[], Response]) -> Response:
    """Take what is put, and keep nothing."""
    if request.operation not in ANSWERS:
        return answer()
    etag = f'"{MD5_OF_NOTHING}"'
    return Response(ANSWERS[request.operation], headers={"ETag": etag})


def collected_with(site: Site, server: S3Server, figures: Figures) -> int:
    """Collect in a process of its own; return how many megabytes it has taken."""
    with figures.timed(), server.imitating(forget):
        process = site.start(
            "collectstatic",
            "--noinput",
            "--verbosity=0",
            backend=PLAIN,
            # It would be taken for the bytes of nothing.
            ledger=False,
            launcher=(sys.executable, "-c", MEASURE),
        )
        stdout, stderr = process.communicate(timeout=1800)
    figures.add()
    assert (process.returncode, stderr) == (0, "")
    return int(stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("files", "megabytes"),
    [(500, 150), pytest.param(100_000, 400, marks=pytest.mark.long)],
)
def test_many_files(
    site: Site, server: S3Server, figures: Figures, files: int, megabytes: int
) -> None:
    site.write({f"{n // 1000}/{n}.txt": "" for n in range(files)})

    taken = collected_with(site, server, figures)

    assert len(set(server.requests.keys())) == files
    assert taken < megabytes


@pytest.mark.parametrize(
    "megabytes", [200, pytest.param(6_000, marks=pytest.mark.long)]
)
def test_large_file(
    site: Site, server: S3Server, figures: Figures, megabytes: int
) -> None:
    site.write({"film.mp4": ""})
    # A hole in a file takes no time to write; nor need the server keep it.
    os.truncate(site.sources / "film.mp4", megabytes * MEGABYTE)

    taken = collected_with(site, server, figures)

    assert len(server.requests.of("UploadPart")) >= megabytes / 10
    assert taken < 200
