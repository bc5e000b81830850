"""Our storages under the names of Django's, and the tests that they are not to pass."""

from __future__ import annotations

import os
from typing import Any

from django.contrib.staticfiles import storage as staticfiles
from django.test.runner import DiscoverRunner

from faststatic_storages import PreloadMetadataMixin, TwoPassManifestStorage

COMPOSITION = os.environ["COMPOSITION"]

# Deliberate differences: a test that passes nevertheless fails the run.
DIFFERENT = {
    "preload": {
        "test_management.TestConfiguration.test_location_empty": (
            "Django lets ImproperlyConfigured through. Here an error of a run is a "
            "CommandError, which manage.py prints without a traceback."
        ),
        "test_management.TestCollectionClear.test_verbosity_1": (
            "Since 6.1, Django names what a dry run would delete with -v 2. Here it is "
            "the least that somebody wants to know who asks before clearing a bucket."
        ),
    },
    "two-pass": {},
}[COMPOSITION]


def replace_django_s_storages() -> None:
    """Put ours in the place of Django's, which the tests name and inherit."""
    stock: Any = staticfiles.StaticFilesStorage
    if COMPOSITION == "two-pass":
        plain = stock
        bases: tuple[Any, ...] = (TwoPassManifestStorage, stock)
    else:
        plain = type("StaticFilesStorage", (PreloadMetadataMixin, stock), {})
        bases = (TwoPassManifestStorage, PreloadMetadataMixin, stock)
    manifest = type("ManifestStaticFilesStorage", bases, {})
    vars(staticfiles).update(
        StaticFilesStorage=plain, ManifestStaticFilesStorage=manifest
    )


class SuiteRunner(DiscoverRunner):
    def build_suite(self, *args: Any, **kwargs: Any) -> Any:
        suite: Any = super().build_suite(*args, **kwargs)
        # The runner has sorted them into one flat suite.
        for test in suite:
            if test.id().removeprefix("staticfiles_tests.") in DIFFERENT:
                test.__unittest_expecting_failure__ = True
        return suite


# Before Django's tests are imported.
replace_django_s_storages()
