"""An object that is read is there as a whole, or the error says what is wrong."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from werkzeug.wrappers import Response

from faststatic_storages.backends.s3 import S3ManifestStaticStorage
from faststatic_storages.providers import ProviderError, provider_for
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site


class CountedSessions(S3ManifestStaticStorage):
    """Counts what makes a client."""

    sessions = 0

    def _create_session(self) -> Any:
        self.sessions += 1
        return super()._create_session()


def test_web_process_has_one_connection(site: Site, bucket: Bucket) -> None:
    site.write({"app.js": "1"})
    site.collect()

    storage = site.storage(f"{__name__}.CountedSessions")
    storage.url("app.js")
    storage.exists("app.js")

    assert storage.sessions == 1


BODIES = {
    "cut off": gzip.compress(b"text")[:-9],
    "no gzip": b"text",
    "spoilt": gzip.compress(b"text" * 99)[:-12] + bytes(12),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_object_that_is_no_gzip(site: Site, bucket: Bucket, body: bytes) -> None:
    bucket.client.put_object(
        Bucket=bucket.name, Key="static/a.json", Body=body, ContentEncoding="gzip"
    )
    provider = provider_for(site.storage(PLAIN, gzip=True))
    message = r"^Could not read 'static/a\.json' of bucket 'bucket': .*collectstatic"

    with pytest.raises(ProviderError, match=message):
        provider.get("static/a.json")


def test_answer_that_breaks_off(site: Site, bucket: Bucket) -> None:
    answer = Response(b"text", headers={"Connection": "close"})
    answer.content_length = 9
    site.server.react(lambda request: answer, "GetObject")
    provider = provider_for(site.storage(PLAIN))

    with pytest.raises(ProviderError, match=r"^Could not read bucket 'bucket': "):
        provider.get("a.txt")
