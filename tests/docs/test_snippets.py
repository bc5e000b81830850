"""What the documents show runs as it stands."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import boto3
import botocore.config
import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management.base import CommandError
from django.test import override_settings
from storages.backends.s3 import S3StaticStorage
from werkzeug.wrappers import Response

from faststatic_storages.signals import published
from faststatic_storages.testing import ProviderConformance
from tests.docs.snippets import ROOT, blocks_in, python_in
from tests.servers.s3 import Request, S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import Site

PAGES = ["README.rst", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.rst"))]
DOCUMENTS = sorted((ROOT / "docs/bucket").iterdir())


def run(snippet: str, **names: Any) -> dict[str, Any]:
    """Run a snippet in a module of its own, with these names; return what it has."""
    module: dict[str, Any] = {"__name__": __name__, **names}
    exec(compile(snippet, "snippet", "exec"), module)
    return module


@pytest.mark.parametrize("page", sorted(PAGES))
def test_each_snippet_is_python(page: str) -> None:
    for snippet in python_in(page):
        # Of settings, a document may show one entry.
        text = snippet if '":' not in snippet.split("\n")[0] else f"{{{snippet}}}"
        compile(text, page, "exec")


@pytest.mark.parametrize("page", sorted(PAGES))
def test_each_command_is_one_for_a_shell(page: str) -> None:
    for snippet in blocks_in(page, "bash"):
        subprocess.run(["bash", "-n", "-c", snippet], check=True)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_each_document_of_a_bucket_is_json(path: Path) -> None:
    assert json.loads(path.read_text())


def test_s3_takes_the_documents(server: S3Server, bucket: Bucket) -> None:
    s3: Any = boto3.client(
        "s3",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )
    for document in ("s3-public-read", "s3-cloudfront"):
        text = (ROOT / f"docs/bucket/{document}.json").read_text()
        s3.put_bucket_policy(
            Bucket=bucket.name, Policy=text.replace("my-site", bucket.name)
        )
    cors = json.loads((ROOT / "docs/bucket/s3-cors.json").read_text())
    s3.put_bucket_cors(Bucket=bucket.name, CORSConfiguration=cors)

    assert s3.get_bucket_cors(Bucket=bucket.name)["CORSRules"] == cors["CORSRules"]


def test_links_of_the_readme_lead_to_pages() -> None:
    linked = re.findall(r"<(docs/.+?)>`_", (ROOT / "README.rst").read_text())

    assert linked
    assert all((ROOT / path).is_file() for path in linked)


def test_composition_of_the_readme(site: Site) -> None:
    snippets = [one for one in python_in("README.rst") if "MyS3Storage" in one]

    [storage] = [
        run(one, MyS3Storage=S3StaticStorage)["StaticStorage"] for one in snippets
    ]

    assert storage.mro()[-1] is object


def test_checksums(site: Site, bucket: Bucket, server: S3Server) -> None:
    [snippet] = python_in("docs/services.rst")
    options = eval(f"{{{snippet}}}", {"botocore": botocore})

    site.write({"app.js": "1"})
    site.collect(**options)

    puts = server.requests.of("PutObject")
    assert not any("x-amz-checksum-crc32" in put.headers for put in puts)


def test_composition(
    site: Site, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    [snippet] = python_in("docs/composing.rst")
    module = run(snippet)
    monkeypatch.setattr(
        f"{__name__}.StaticStorage", module["StaticStorage"], raising=False
    )
    site.write({"app.js": "1"})

    site.collect(backend=f"{__name__}.StaticStorage")

    assert bucket.get("app.c4ca4238a0b9.js").cache_control == "max-age=60"


def test_block(site: Site, bucket: Bucket) -> None:
    [snippet] = python_in("docs/how-a-run-works.rst")

    run(snippet, storage=site.storage())

    assert bucket.keys() == ["build.json"]


def test_provider(tmp_path: Path) -> None:
    composition, suite = python_in("docs/writing-a-provider.rst")
    module = run(composition, MyStorage=FileSystemStorage)
    storage = module["StaticStorage"](location=tmp_path)

    module = run(suite, StaticStorage=FileSystemStorage)

    assert issubclass(module["TestMyProvider"], ProviderConformance)
    # The methods are the reader's to write.
    with pytest.raises(CommandError, match="implements its abstract methods"):
        storage.staged().__enter__()


def test_invalidation(
    site: Site, server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    [snippet] = python_in("docs/reports.rst")
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFRONT", server.url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    asked: list[Request] = []

    def answer(request: Request) -> Response:
        asked.append(request)
        return Response("<Invalidation><Id>I1</Id></Invalidation>", 201)

    site.write({"app.js": "1"})
    site.collect()
    site.write({"app.js": "2"})
    server.react(answer, "POST")
    receiver = run(snippet)["invalidate"]
    try:
        with override_settings(CLOUDFRONT_DISTRIBUTION="E1"):
            site.collect()
    finally:
        published.disconnect(receiver)

    [request] = asked
    assert "/distribution/E1/invalidation" in request.target
    paths = re.findall("<Path>(.*?)</Path>", request.body.decode())
    assert paths == ["/app.js", "/staticfiles.json"]
