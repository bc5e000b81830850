"""What several providers refuse for the same reason."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured


def check_transport(storage: Any) -> None:
    if storage.transport == "obstore":
        raise ImproperlyConfigured(
            f'The transport "obstore" does not serve {type(storage).__qualname__}. Set '
            'OPTIONS["transport"] to "auto".'
        )
