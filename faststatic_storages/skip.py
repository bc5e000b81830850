"""No question and no deletion: for credentials that may only write."""

from __future__ import annotations

from faststatic_storages.run.staging import StagedStorageMixin


class SkipExistsDeleteMixin(StagedStorageMixin):
    """
    Send no exists and no delete request, in a run or outside.

    To everybody who asks, a file exists only once this run has saved it; every file is
    uploaded that no ledger remembers (``ledger=True``), and nothing is ever deleted.
    """

    mixin_rank = 2
    may_ask = False

    def exists(self, name: str) -> bool:
        if (run := self._current_run()) is None:
            return False
        key = self._key_in_run(run, name)
        return key is not None and run.exists(key) is True

    def delete(self, name: str) -> None:
        if (run := self._current_run()) is not None:
            run.files.discard(run.key(name))
