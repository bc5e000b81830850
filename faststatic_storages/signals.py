"""What other code may wait for."""

from __future__ import annotations

from django.dispatch import Signal

published = Signal()
"""
Sent when a run has published, deletions included, and not after a dry run.

``sender`` is the class of the storage, ``storage`` the storage itself, ``report`` a
``RunReport``. A receiver that raises makes the run fail, which stays published.
"""
