"""Answers that say "done" and prove nothing, as a proxy's page of 200 OK."""

from __future__ import annotations

from werkzeug.wrappers import Response

from tests.hostile.figures import Figures
from tests.hostile.test_faults import Answer, deploy_with_faults
from tests.servers.s3 import Request, S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import Site


def page(request: Request, answer: Answer) -> Response:
    return Response("<html><p>Please log in.</p></html>", content_type="text/html")


def test_a_fifth_is_answered_by_a_page(
    site: Site, bucket: Bucket, server: S3Server, figures: Figures
) -> None:
    deploy_with_faults(site, bucket, server, figures, page)
