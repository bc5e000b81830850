"""A run that fails says so, and leaves the site as it was."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from collections.abc import Callable

import pytest
from botocore.config import Config
from django.core.management.base import CommandError
from werkzeug.wrappers import Response

from tests.servers.s3 import Request, Requests, S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, POST_PROCESS_ERRORS, Site

RELEASE_1 = {
    "css/base.css": "b { background: url(../logo.png) }",
    "css/same.css": "i { color: red }",
    "logo.png": "PNG",
    "app.js": "1",
}
RELEASE_2 = RELEASE_1 | {"logo.png": "NEW", "app.js": "2", "added.txt": "+"}
PUTS_OF_RELEASE_2 = 8


@pytest.fixture
def live(site: Site) -> Site:
    """A site whose first release is in the bucket, and whose second is not."""
    site.write(RELEASE_1)
    site.collect()
    site.write(RELEASE_2)
    return site


def threads() -> set[threading.Thread]:
    return {
        thread
        for thread in threading.enumerate()
        if "process_request_thread" not in thread.name
    }


REFUSALS: dict[str, tuple[Callable[[S3Server, int], None], str, str]] = {
    "503": (
        lambda server, nth: server.fail(
            "PutObject", nth=nth, status=503, code="SlowDown"
        ),
        "503 SlowDown",
        "max_workers",
    ),
    "403": (
        lambda server, nth: server.fail(
            "PutObject", nth=nth, status=403, code="AccessDenied"
        ),
        "403 AccessDenied",
        "s3:PutObject",
    ),
    "reset": (
        lambda server, nth: server.reset_connection("PutObject", nth=nth),
        "ConnectionClosedError",
        "endpoint_url",
    ),
}


@pytest.mark.parametrize("nth", [1, 5, PUTS_OF_RELEASE_2], ids=["first", "mid", "last"])
@pytest.mark.parametrize(("refuse", "cause", "remedy"), REFUSALS.values(), ids=REFUSALS)
def test_refused_upload_fails_the_run_and_the_next_completes_it(
    live: Site,
    bucket: Bucket,
    server: S3Server,
    refuse: Callable[[S3Server, int], None],
    cause: str,
    remedy: str,
    nth: int,
) -> None:
    before = bucket.objects()
    served = {*bucket.paths().values(), "staticfiles.json"}
    seen = len(server.requests)
    threads_before = threads()
    refuse(server, nth)

    with pytest.raises(CommandError) as failure:
        live.collect(max_workers=2)

    key = Requests(server.requests[seen:]).keys()[nth - 1]
    message = str(failure.value)
    assert f"{key}: " in message
    assert cause in message
    assert remedy in message
    assert threads() == threads_before
    after = bucket.objects()
    assert {name: after[name] for name in served} == {
        name: before[name] for name in served
    }
    assert before.keys() <= after.keys()

    server.heal()
    run = live.collect()

    complete = bucket.objects()
    missing = {name for name in complete if after.get(name) != complete[name]}
    assert set(run.requests.keys()) == missing
    assert live.collect().requests.keys() == []
    assert set(bucket.paths()) == set(RELEASE_2)


def test_live_files_are_replaced_after_all_new_ones_are_up(
    live: Site, bucket: Bucket
) -> None:
    before = bucket.keys()

    puts = live.collect(max_workers=4).requests.keys()

    assert len(puts) == PUTS_OF_RELEASE_2
    replaced = [key in before for key in puts]
    assert replaced == sorted(replaced)


def test_every_refused_key_is_named(live: Site, server: S3Server) -> None:
    # More than may be under way when the first refusal arrives.
    live.write({f"{n}.txt": "" for n in range(20)})
    second = threading.Event()

    def wait_for_the_second(request: Request) -> None:
        second.wait(timeout=10)

    # The first goes alone.
    server.react(wait_for_the_second, "PutObject", nth=2)
    server.react(lambda request: second.set(), "PutObject", nth=3)
    for nth in (2, 3):
        server.fail("PutObject", nth=nth, status=403, code="AccessDenied")
    seen = len(server.requests)

    with pytest.raises(CommandError) as failure:
        live.collect(max_workers=2)

    [_, key, other, *_] = dict.fromkeys(Requests(server.requests[seen:]).keys())
    message = str(failure.value)
    assert "2 objects could not be uploaded, " in message
    assert any(
        f"  {two}: 403 AccessDenied" in message
        for two in (f"{key}, {other}", f"{other}, {key}")
    )


def test_one_that_was_not_tried_is_counted(site: Site, server: S3Server) -> None:
    site.write({"a.txt": "", "b.txt": ""})
    server.fail("PutObject", nth=1, status=403, code="AccessDenied")

    with pytest.raises(CommandError, match=r"uploaded, 1 more was not tried:"):
        site.collect(backend=PLAIN)


def test_first_failure_stops_the_uploads(site: Site, server: S3Server) -> None:
    site.write({f"{n}.txt": "" for n in range(60)})
    server.fail("PutObject", nth=1, status=403, code="AccessDenied")

    with pytest.raises(CommandError, match=r"\d+ more were not tried"):
        site.collect(max_workers=2)

    assert len(set(server.requests.keys())) < 30


def test_transient_refusals_are_retried_as_configured(
    live: Site, bucket: Bucket, server: S3Server
) -> None:
    server.fail("PutObject", key="app.js", times=1, status=503, code="SlowDown")
    retries = Config(retries={"mode": "standard", "total_max_attempts": 2})

    run = live.collect(client_config=retries)

    assert run.requests.keys().count("app.js") == 2
    assert set(bucket.paths()) == set(RELEASE_2)


def test_listing_that_was_cut_off_is_asked_for_again(
    live: Site, server: S3Server
) -> None:
    server.react(
        lambda request: Response("<ListBucketResult><Contents>"),
        "ListObjectsV2",
        times=1,
    )
    retries = Config(retries={"mode": "standard", "total_max_attempts": 2})

    run = live.collect(client_config=retries)

    assert run.requests.counts()["ListObjectsV2"] == 2
    assert len(run.requests.keys()) == PUTS_OF_RELEASE_2


@pytest.mark.parametrize("flags", [(), ("--dry-run",), ("--clear",)])
def test_reference_to_a_missing_file_fails_before_anything_is_sent(
    live: Site, bucket: Bucket, flags: tuple[str, ...]
) -> None:
    live.write({"css/base.css": "\nb { background: url(../not/there.png) }"})
    before = bucket.objects()

    with pytest.raises(POST_PROCESS_ERRORS, match=r"not/there\.png"):
        live.collect(*flags)

    assert bucket.objects() == before


def test_circular_reference_fails_before_anything_is_sent(
    live: Site, bucket: Bucket
) -> None:
    live.write({"a.css": '@import "b.css";', "b.css": '@import "a.css";'})
    before = bucket.objects()

    with pytest.raises(POST_PROCESS_ERRORS, match="Max post-process passes exceeded"):
        live.collect()

    assert bucket.objects() == before


def test_refused_deletion_is_reported_with_the_new_manifest_up(
    live: Site, bucket: Bucket, server: S3Server
) -> None:
    server.fail("DeleteObjects", status=403, code="AccessDenied")

    with pytest.raises(CommandError, match=r"403 AccessDenied.*s3:DeleteObject"):
        live.collect("--clear")

    assert set(bucket.paths()) == set(RELEASE_2)


def test_failed_run_exits_with_an_error(live: Site, server: S3Server) -> None:
    server.fail("PutObject", nth=2, status=403, code="AccessDenied")

    process = live.start("collectstatic", "--noinput", max_workers=1)
    stdout, stderr = process.communicate(timeout=60)

    assert process.returncode == 1
    assert stderr.startswith("CommandError: 1 object could not be uploaded")
    assert "Traceback" not in stderr
    assert "copied" not in stdout


# ru_maxrss of a process begins at that of the process which started it: here, a small
# one in between.
MEASURE = """\
import os, sys
pid = os.posix_spawn(sys.executable, [sys.executable, *sys.argv[1:]], os.environ)
_, status, usage = os.wait4(pid, 0)
print(usage.ru_maxrss // (1024 if sys.platform == "linux" else 1024 ** 2))
sys.exit(os.waitstatus_to_exitcode(status))
"""


def test_memory_does_not_grow_with_the_sources(site: Site, server: S3Server) -> None:
    sizes = {f"{n}.bin": 2_500_000 for n in range(100)} | {"film.mp4": 60_000_000}
    site.write({name: name for name in sizes})
    for name, size in sizes.items():
        # A hole in a file takes no time to write; nor need the server keep it.
        os.truncate(site.sources / name, size)

    def stored(request: Request) -> Response:
        md5 = hashlib.md5(request.body, usedforsecurity=False).hexdigest()
        return Response(headers={"ETag": f'"{md5}"'})

    server.react(stored, "PutObject")
    process = site.start(
        "collectstatic", "--noinput", launcher=(sys.executable, "-c", MEASURE)
    )
    stdout, stderr = process.communicate(timeout=60)

    assert (process.returncode, stderr) == (0, "")
    assert "101 static files copied" in stdout
    assert int(stdout.splitlines()[-1]) < 200
