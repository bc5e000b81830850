"""What all stores share in putting a storage's settings in obstore's words."""

from __future__ import annotations

from datetime import timedelta

# A request takes as long as it takes; a stalled one ends by the read timeout.
NO_TIMEOUT = timedelta(hours=24)


class NotExpressible(Exception):
    """A setting that obstore has no word for; the message names it."""
