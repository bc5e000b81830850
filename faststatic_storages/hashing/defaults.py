"""What options are where nobody says anything."""

from __future__ import annotations

from faststatic_storages.hashing.prehashed import Prehashed
from faststatic_storages.run.parent import ParentStorage


class HashingDefaults(ParentStorage):
    """
    The values of a class that has none; stands behind Django's.

    django-manifeststaticfiles-enhanced, which comes before Django's, has some options
    of the same names and with other defaults.
    """

    keep_original_files: bool = True
    prehashed: Prehashed | None = None
    sourcemap_strict: bool = True
