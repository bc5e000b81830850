"""What a run needs of an object store: the contract that each provider fulfils."""

from __future__ import annotations

import gzip
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, Literal, NamedTuple, TypeAlias

from faststatic_storages.providers.headers import Headers
from faststatic_storages.providers.misconfigured import Misconfigured
from faststatic_storages.providers.redaction import redacted
from faststatic_storages.sync.content import Content
from faststatic_storages.sync.equality import is_unchanged
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.upload import Upload

Action: TypeAlias = Literal["connect", "list", "read", "upload", "delete"]
"""What a provider was doing for the run when an error came."""

PHRASES: dict[Action, str] = {"connect": "connect to", "delete": "delete from"}


class ProviderError(Exception):
    """A request failed. The message tells the cause and ends with the remedy."""


class NotInOrder(Exception):
    """A service lists in another order than ``pages()`` promises, or from the start."""


class Page(NamedTuple):
    """A part of a listing; ``is_last`` says that nothing comes behind it."""

    objects: Sequence[ObjectInfo]
    is_last: bool


class Explanation(NamedTuple):
    """What an error means to the person who deploys; no secret is in it."""

    cause: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.cause}. {self.remedy}"


def explained(cause: str, remedy: str | None) -> Explanation:
    """Return an explanation in which nothing is left that looks like a secret."""
    return Explanation(
        redacted(cause).rstrip(". \n"),
        redacted(remedy or "Cure the cause and run the command again."),
    )


class Transport(NamedTuple):
    """
    What takes objects to the service, and why it is not the fast one.

    ``reason`` names what keeps obstore out, as a user writes it; it is empty where
    obstore puts the objects, and where the service has none.
    """

    name: str
    reason: str = ""


class Provider(ABC):
    """
    One storage's way to its object store.

    Made with nothing but the storage, by the first thing that needs it, and cheap to
    make: a web process makes one to read the manifest. It lives as long as one run, or
    one web process, and never goes through a fork.

    A *name* is what Django calls a file, relative to the storage's location, with
    slashes. A *key* is the whole key of an object, location included. ``key()`` makes
    the one of the other; everything else takes and returns keys.

    ``put`` is called from up to ``max_workers`` threads at a time (``default_workers``
    to ``far_workers`` if the project does not say), while one more thread may be inside
    ``list()`` or ``get()``, or eight inside ``pages()``. All other methods are called
    from the run's own thread.

    Nobody repeats a request but the provider's own client. The one exception is a put
    that ``is_throttled()`` recognises: the run puts it again, later and with fewer
    beside it.

    A provider is tested by the suite in ``faststatic_storages.testing``.
    """

    lists_in_background = True
    """Whether ``list()`` waits for a service, so that there is time for other work."""

    may_be_shared = True
    """Whether others may use the bucket as well: ``--clear`` has to look out."""

    default_grace = 3600
    """For how many seconds ``--clear`` keeps what nobody names any more …"""

    default_releases = 1
    """… and how many releases, beside the one in use."""

    large_size = 1024 * 1024
    """From how many bytes on a put takes notable memory or time."""

    max_size_read = 64 * 1024 * 1024
    """The most bytes that ``get()`` returns: a manifest of 500,000 names has less."""
    caching_parameters: tuple[str, ...] = ()
    """What ``Cache-Control`` is called here, then what else says how long to cache."""

    known_parameters: frozenset[str] = frozenset()
    """What the option ``headers`` may say; empty where a put takes no headers."""

    headers = Headers()
    """What the site's options add to the parameters of a put; a run has its own."""

    def __init__(self, storage: Any) -> None:
        self.storage = storage

    # What is asked of the storage's settings, without a request.

    def with_headers(self, key: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return a put's parameters with what the site's options add for the key."""
        return self.headers.merged(
            key,
            parameters,
            prefix=lambda: self.key(""),
            caching=self.caching_parameters,
        )

    @abstractmethod
    def check(self) -> None:
        """
        Raise ``ImproperlyConfigured`` where a run could not keep its promises.

        Called once, when a run opens and before any request.
        """

    def check_settings(self) -> None:
        """
        Raise what ``check()`` raises of the settings alone, and make no client.

        For Django's system checks, which run with most commands: to make a client may
        mean to look for credentials all over the network. ``check()`` begins with it.
        """
        self.check()

    def doubts(self) -> Iterator[Misconfigured]:
        """Yield what only some buckets refuse; for system checks, and without one."""
        yield from ()

    def warnings(self) -> Iterator[Misconfigured | str]:
        """Yield what is probably not meant, each with the remedy; asked once a run."""
        yield from ()

    def notes(self) -> Iterator[str]:
        """
        Yield, each once, what has come up that whoever deploys would like to know.

        A line each. Asked from the run's own thread, after ``begin_puts()`` and while
        objects are put.
        """
        yield from ()

    @property
    def transport(self) -> Transport:
        """What takes the objects to the service; it may change while a run puts."""
        return Transport(type(self.storage).__qualname__)

    def transport_of(self, key: str) -> str:
        """Return the name of what has taken this one there."""
        return self.transport.name

    @property
    def requests(self) -> int | None:
        """How many requests were sent for the run, ``None`` if nobody counts them."""
        return None

    @abstractmethod
    def clean_name(self, name: str) -> str:
        """Return the name that the storage's own ``_save()`` would return."""

    @abstractmethod
    def key(self, name: str) -> str:
        """
        Return the key of ``name``.

        Of "", the prefix of all keys: empty, or with a slash at its end. Of a name with
        a slash at its end, the prefix of what is in that directory, the slash at its
        end as well. Raises ``SuspiciousOperation`` for a name outside of the location.
        """

    def is_plain_url(self, url: Callable[..., str]) -> bool:
        """
        Return whether this ``url()`` is the quoted key behind a fixed prefix.

        What comes behind it, such as a signature, does not count: in a file that is
        cached it would be wrong.
        """
        return False

    @abstractmethod
    def upload(self, key: str, content: Content) -> Upload:
        """
        Return what to put: ``content`` encoded, and the headers, as the storage does.

        ``parameters`` are the provider's own; only its ``put()`` reads them.
        """

    def encoded(self, key: str, content: Content) -> Content:
        """Return the content of ``upload()``; cheaper, where that can be."""
        return self.upload(key, content).content

    @property
    def part_sizes(self) -> tuple[int, ...]:
        """Sizes in bytes of the parts that multipart uploads may have been sent in."""
        return ()

    def is_unchanged(
        self, content: Content, remote: ObjectInfo, *, named_by_content: bool
    ) -> bool:
        """
        Return whether ``remote`` is known to hold what would be put for ``content``.

        "No" costs an upload, a wrong "yes" leaves a stale object. ``named_by_content``
        says that the key is a hashed name computed from these very bytes: a service
        that tells no digests, and where nobody else writes, may go by that.
        """
        encoded = self.encoded(remote.key, content)
        if not is_unchanged(encoded, remote, self.part_sizes):
            return False
        encoded.share_digest(remote.digest)
        return True

    @property
    def default_workers(self) -> int:
        """How many puts at a time use the link well …"""
        return 32

    @property
    def far_workers(self) -> int:
        """… how many at the most, where each takes long to be answered …"""
        return self.default_workers

    @property
    def large_workers(self) -> int:
        """… and how many of more than ``large_size`` bytes, beside the others."""
        return 4

    @property
    def puts_by_name(self) -> bool:
        """
        Return whether ``put()`` has the storage find the place of a name once more.

        A storage whose location is that of the thread is then put into by the run's.
        """
        return False

    def begin_puts(self) -> None:
        """
        Get ready to put, and to tell the transport.

        Called before puts, from the run's own thread, and not by a run without any.
        """
        return

    # Requests.

    @abstractmethod
    def list(self) -> Iterator[ObjectInfo]:
        """
        Yield every object under the location, in any order and each once.

        Raises ``ProviderError``. Nothing that is there may be left out: it would be
        sent again. An object outside of ``key("")``, or at that very key, is of no
        interest and does no harm. ``checked_listing()`` says what is expected of each.
        """

    @property
    def lists_in_order(self) -> bool:
        """
        Return whether the service can begin a listing anywhere: whether to use pages().

        A run then looks only where the site's own files are, in several places at a
        time, and passes over what others keep between them.
        """
        return False

    def pages(self, after: str = "") -> Iterator[Page]:
        """
        Yield what ``list()`` yields of the keys behind ``after``, in ascending order.

        In the order of code points, which is that of UTF-8, and no page is asked for
        before it is wanted. ``after`` need not be the key of an object. Raises
        ``ProviderError``, or ``NotInOrder`` where the service cannot do it after all:
        it is then listed as a whole.
        """
        objects = [info for info in self.list() if info.key > after]
        yield Page(sorted(objects, key=lambda info: info.key), is_last=True)

    def find(self, key: str) -> ObjectInfo | None:
        """
        Return what is told of one object, for runs that list nothing.

        ``None`` where there is none, and where such questions are not worth their time.
        """
        return None

    @abstractmethod
    def get(self, key: str) -> bytes:
        """
        Return the whole content of one object, decoded if the storage encodes it.

        Never an older one than what was put last. A web process calls this once, when
        it starts, so it should use the storage's own connection. Raises
        ``FileNotFoundError``, or ``ProviderError`` for everything else, an answer that
        breaks off, cannot be decoded or exceeds ``max_size_read`` among it.
        """

    @abstractmethod
    def put(self, upload: Upload) -> ObjectInfo:
        """
        Store one object in one step and return what a listing would tell of it now.

        Send what ``upload.content.body()`` returns, which is in memory, or its
        ``reader()``, a file to read: both raise where a source is not what it was when
        its name was made. ``open()`` does not look.

        ``digest`` may be ``None`` if that is not known. Raises any error: the run has
        it explained.
        """

    @abstractmethod
    def delete(self, keys: Iterable[str]) -> None:
        """
        Delete objects in as few requests as possible; raise ``ProviderError``.

        As many as there are, and none at all: how many go in a request is the
        provider's concern. One that is not there is no error.
        """

    # What the requests tell.

    def is_throttled(self, error: BaseException) -> bool:
        """Return whether a put failed because there were too many at a time."""
        return False

    def retry_after(self, error: BaseException) -> float:
        """Return for how many seconds at least the service asks to be left alone."""
        return 0

    @abstractmethod
    def explain(self, error: BaseException, action: Action) -> Explanation:
        """Explain an error that came of that action to the person who deploys."""

    @property
    def place(self) -> str:
        """What messages call the store, such as "bucket 'assets'"."""
        return type(self.storage).__qualname__

    def decompressed(self, key: str, body: bytes) -> bytes:
        """Return what is in the gzip ``body`` of an object; raise ``ProviderError``."""
        try:
            with gzip.GzipFile(fileobj=BytesIO(body)) as file:
                return file.read(self.max_size_read + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise ProviderError(
                f"Could not read {key!r} of {self.place}: it is not the gzip that it "
                f"is said to be, or was cut off ({error}). Run collectstatic, which "
                "replaces it, or store it again."
            ) from error

    def bounded(self, key: str, body: bytes) -> bytes:
        """Return ``body``; raise ``ProviderError`` where it exceeds the limit."""
        if len(body) > self.max_size_read:
            raise ProviderError(
                f"Could not read {key!r} of {self.place}: it has more than "
                f"{self.max_size_read} bytes, which no manifest needs. See who wrote "
                "it, and run collectstatic, which replaces it."
            )
        return body

    def failure(self, action: Action, error: BaseException) -> ProviderError:
        """Return what to raise ``from`` an error."""
        return ProviderError(
            f"Could not {PHRASES.get(action, action)} {self.place}: "
            f"{self.explain(error, action)}"
        )
