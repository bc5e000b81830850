"""Django's manifest attributes as options."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.storage import ManifestFilesMixin

from faststatic_storages.run.staging import StagedStorageMixin

AGGREGATION = "support_js_module_import_aggregation"
ATTRIBUTES = (
    "keep_intermediate_files",
    "manifest_name",
    "manifest_strict",
    "max_post_process_passes",
    AGGREGATION,
)


class ManifestOptionsMixin(StagedStorageMixin):
    """Take what is an attribute in Django, and of a class of one's own, in OPTIONS."""

    def __init__(self, *args: Any, **options: Any) -> None:
        if AGGREGATION in options:
            # Django looks at it before any storage has taken its options.
            setattr(self, AGGREGATION, options[AGGREGATION])
        super().__init__(*args, **options)

    def _our_options(self) -> dict[str, Any]:
        django_s = {name: getattr(ManifestFilesMixin, name) for name in ATTRIBUTES}
        return {**super()._our_options(), **django_s}
