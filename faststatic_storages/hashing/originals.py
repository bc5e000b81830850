"""Hashed names alone: a bucket with half the objects."""

from __future__ import annotations

from typing import Any

from faststatic_storages.run.options import check_flag
from faststatic_storages.run.run import Run
from faststatic_storages.run.staging import StagedStorageMixin


class OriginalsMixin(StagedStorageMixin):
    """Leave out the files of which the manifest names a hashed one."""

    keep_original_files: bool

    def _our_options(self) -> dict[str, Any]:
        return {**super()._our_options(), "keep_original_files": True}

    def _check_options(self) -> None:
        super()._check_options()
        check_flag("keep_original_files", self.keep_original_files)

    def _complete(self, run: Run) -> None:
        super()._complete(run)
        if not self.keep_original_files and run.has_manifest:
            for name, hashed_name in self._hashed_files().items():
                if hashed_name != name:
                    run.files.delete(run.key(name), by_name=False)
