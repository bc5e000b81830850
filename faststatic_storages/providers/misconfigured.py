"""What is wrong with the settings: the kind of mistake, its cause and its remedy."""

from __future__ import annotations

from enum import StrEnum

from django.core.exceptions import ImproperlyConfigured


class Problem(StrEnum):
    """A kind of mistake, by the name that system checks give it: "E" is refused."""

    NO_SDK = "E001"
    NO_CLASS = "E002"
    BASES = "E003"
    UNKNOWN_OPTION = "E004"
    WRONG_OPTION = "E005"
    NO_CONTAINER = "E006"
    NO_OVERWRITE = "E007"
    SIGNED_URLS = "E008"
    NO_CREDENTIALS = "E009"
    TRANSPORT = "E010"
    PROVIDER = "E011"
    COMMAND = "E012"
    OLD_DJANGO_STORAGES = "E013"
    NO_CLIENT = "E014"
    REFUSED = "E015"
    EMPTY_LOCATION = "W001"
    SHARED_LOCATION = "W002"
    PROBABLY_SIGNED_URLS = "W003"
    ACL = "W004"
    OTHER_COMMAND = "W005"
    BUCKET_IN_ENDPOINT = "W006"
    SLOW_TRANSPORT = "W007"
    OTHER = "W008"
    NOT_PUBLIC = "W009"

    @property
    def id(self) -> str:
        return f"faststatic_storages.{self}"


class Misconfigured(ImproperlyConfigured):
    """
    A setting that cannot work, or probably not.

    ``cause`` says what was found, ``remedy`` what to write instead.
    """

    def __init__(self, problem: Problem, cause: str, remedy: str) -> None:
        super().__init__(problem, cause, remedy)
        self.problem = problem
        self.cause = cause
        self.remedy = remedy

    def __str__(self) -> str:
        # Raised while a module is imported, it ends a traceback.
        separator = "\n" if self.problem is Problem.NO_SDK else " "
        return f"{self.cause}{separator}{self.remedy}"
