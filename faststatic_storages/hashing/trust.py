"""Is it Django's own hashing, as we know it, and the same as that of an earlier run?"""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from typing import Any

import django
from django.conf import settings
from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.files.base import ContentFile

from faststatic_storages.hashing.remembered import DIGITS
from faststatic_storages.run.seams import is_as_known
from faststatic_storages.sync.digests import MD5
from faststatic_storages.sync.hashed import digest_of

# Where a class between ours and Django's has its own, nothing is left out.
REWRITING = (
    "_post_process",
    "_stored_name",
    "_url",
    "get_ignored_blocks",
    "is_in_ignored_block",
    "url_converter",
)
# What else Django's hashing calls. Who has his own may count on being called for each
# file, or find the files that were rewritten on this machine.
CALLED = (
    "_open",
    "_save",
    "clean_name",
    "delete",
    "exists",
    "file_hash",
    "hash_key",
    "hashed_name",
    "open",
    "post_process",
    "url",
)


def is_django_s(storage: Any) -> bool:
    """Return whether a storage hashes with nobody's methods but Django's and ours."""
    return django_takes_the_start_of_the_md5() and all(
        is_as_known(storage, name) for name in (*REWRITING, *CALLED)
    )


@cache
def django_takes_the_start_of_the_md5() -> bool:
    probe = b"a later release may hash otherwise"
    md5 = hashlib.md5(probe, usedforsecurity=False).hexdigest()
    return HashedFilesMixin().file_hash("probe", ContentFile(probe)) == md5[:DIGITS]


def code_of(storage: Any, *, has_plain_url: bool) -> MD5:
    """
    Return a digest of the code that hashes, and of all that it looks at but the files.

    ``has_plain_url`` says whether it asks the storage for URLs.
    """
    patterns = {
        extension: [
            (pattern.pattern, int(pattern.flags), *map(text_of, others))
            for pattern, *others in found
        ]
        for extension, found in storage._patterns.items()
    }
    return digest_of(
        django.VERSION,
        sys.version_info[:2],
        # To import it from here would go round in a circle.
        sys.modules["faststatic_storages"].__version__,
        os.sep,
        settings.STATIC_URL,
        storage.max_post_process_passes,
        patterns,
        has_plain_url,
    )


def text_of(value: Any) -> Any:
    """Return the source of a pattern, and everything else as it is."""
    return getattr(value, "pattern", value)
