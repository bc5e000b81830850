"""The documented policies: exactly these rights, on a server that asks for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError

from faststatic_storages.providers import ProviderError
from tests.security.aws import Policy, enforced, options_of, rights_of, without
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import Site

POLICIES = Path(__file__).parents[2] / "docs/policies"
WRITE_ONLY = "faststatic_storages.backends.s3.S3WriteOnlyManifestStaticStorage"


def policy_of(use: str) -> Policy:
    text = (POLICIES / f"s3-{use}.json").read_text()
    policy: Policy = json.loads(text.replace("my-site", "my-bucket"))
    return policy


def deploy(site: Site, **options: Any) -> None:
    site.collect(**options)


def deploy_and_clear(site: Site, **options: Any) -> None:
    site.collect("--clear", **options)


def write_only(site: Site, **options: Any) -> None:
    site.collect(backend=WRITE_ONLY, **options)


def web(site: Site, **options: Any) -> None:
    assert "app." in site.storage(**options).url("app.js")


USES: dict[str, Callable[..., None]] = {
    "deploy": deploy,
    "clear": deploy_and_clear,
    "write-only": write_only,
    "web": web,
}
# The rights that a use cannot do without, be the bucket empty or not.
NEEDED = [
    ("deploy", "s3:ListBucket"),
    ("deploy", "s3:PutObject"),
    ("clear", "s3:ListBucket"),
    ("clear", "s3:PutObject"),
    ("clear", "s3:DeleteObject"),
    ("write-only", "s3:PutObject"),
    ("web", "s3:GetObject"),
]
# A deploy that cannot read the manifest does without it, and deletes nothing by it; and
# only where there is no manifest does reading it take the right to list.
HELPFUL = [
    ("deploy", "s3:GetObject"),
    ("clear", "s3:GetObject"),
    ("web", "s3:ListBucket"),
]


@pytest.fixture
def live(tmp_path: Path, server: S3Server) -> Iterator[Site]:
    """A site whose first release is up, and the second is not; policies count."""
    Bucket(server.url, "my-bucket").put("static/left-over.txt")
    site = Site(tmp_path, server, "my-bucket")
    site.write({"app.js": "1"})
    site.collect(location="static")
    site.write({"app.js": "2", "added.js": "+"})
    with enforced():
        yield site


@pytest.mark.parametrize("transport", ["obstore", "sdk"])
@pytest.mark.parametrize("use", USES)
def test_documented_policy_is_enough(live: Site, use: str, transport: str) -> None:
    options = options_of(policy_of(use), use)

    USES[use](live, location="static", transport=transport, **options)

    # What the condition on s3:prefix allows.
    prefixes = {
        dict(request.query)["prefix"]
        for request in live.server.requests.of("ListObjectsV2")
    }
    assert prefixes <= {"static/"}


@pytest.mark.parametrize(("use", "right"), NEEDED)
def test_one_right_less_is_told_by_name(live: Site, use: str, right: str) -> None:
    options = options_of(without(policy_of(use), right), use)

    with pytest.raises((CommandError, ProviderError), match=f"Grant {right}"):
        USES[use](live, location="static", **options)


@pytest.mark.parametrize(("use", "right"), HELPFUL)
def test_right_that_is_not_needed_each_time(live: Site, use: str, right: str) -> None:
    options = options_of(without(policy_of(use), right), use)

    USES[use](live, location="static", **options)


def test_each_right_is_tested() -> None:
    documented = {(use, right) for use in USES for right in rights_of(policy_of(use))}

    assert documented == {*NEEDED, *HELPFUL}


@pytest.mark.parametrize("path", sorted(POLICIES.iterdir()), ids=lambda path: path.stem)
def test_policies_are_json_and_documented(path: Path) -> None:
    assert json.loads(path.read_text())
    text = (POLICIES.parent / "permissions.rst").read_text()
    assert f"policies/{path.name}" in text
