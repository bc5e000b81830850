"""A storage whose options are refused says so when it is used, not when it is made."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import wraps
from typing import Any, NoReturn

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import Storage

from faststatic_storages.providers.misconfigured import Misconfigured, Problem
from faststatic_storages.run import collectstatic
from faststatic_storages.run.errors import reported_to_the_command
from faststatic_storages.run.options import nearest
from faststatic_storages.run.replaced import warn_of_replacement

INIT = "__init__"


class Refusal:
    """
    What is wrong with ``storage``.

    Raised by the constructor, it is a page of traceback, whichever command runs.
    """

    def __init__(self, storage: Any, error: ImproperlyConfigured) -> None:
        self.error = error.with_traceback(None)
        self._storage = storage

    def tell(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise it anew, plainly to ``collectstatic``; takes any method's arguments."""
        error = copy.copy(self.error)
        if collectstatic.collecting_command(self._storage) is not None:
            with reported_to_the_command():
                raise error
        raise error


def keep_refusals(cls: type) -> None:
    """Let ``ImproperlyConfigured`` of the outermost ``__init__()`` be kept."""
    if not issubclass(cls, Storage):
        return
    own = vars(cls).get(INIT)

    @wraps(cls.__init__)
    def outermost(self: Any, *args: Any, **options: Any) -> None:
        # What comes next is of the class that is made, which may inherit others too.
        construct = own.__get__(self) if own else super(cls, self).__init__
        warn_of_replacement()
        try:
            construct(*args, **options)
        except ImproperlyConfigured as error:
            if type(self).__init__ is not outermost:
                raise
            self._refusal = Refusal(self, explained(self, error, options))
            # All else that a site calls asks for a run first.
            self.url = self._refusal.tell

    setattr(cls, INIT, outermost)


def explained(
    storage: Any, error: ImproperlyConfigured, options: Mapping[str, Any]
) -> ImproperlyConfigured:
    """Return what to say in the place of django-storages' "Invalid setting"."""
    name = type(storage).__name__
    for option in options:
        if str(error) == f"Invalid setting '{option}' for {name}":
            known = storage.get_default_settings()
            ours = ", ".join(sorted(storage._our_options()))
            return Misconfigured(
                Problem.UNKNOWN_OPTION,
                f"{option!r} is no option of {name}.",
                f"Did you mean {nearest(option, known)}? In OPTIONS there are "
                f"django-storages' own and {ours}.",
            )
    return error
