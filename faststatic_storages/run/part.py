"""A part of a bucket, read page after page, past what nobody looks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from operator import lt
from typing import NamedTuple

from faststatic_storages.providers.base import NotInOrder, Page, Provider
from faststatic_storages.providers.checked import checked_page
from faststatic_storages.sync.index import ObjectInfo
from faststatic_storages.sync.stretches import Expected, just_before

# Of somebody else's objects, in each part: so few that to know them costs nothing, and
# spares the questions.
MAX_OTHERS = 2000


class Seen(NamedTuple):
    """
    The objects of a page.

    ``to`` is the key up to which everything was seen by then. ``is_last`` says that
    nothing comes behind it.
    """

    objects: list[ObjectInfo]
    to: str
    is_last: bool


def seen_in(
    provider: Provider, after: str, pages: Iterable[Page] | None = None
) -> Iterator[Seen]:
    """
    Yield what comes behind ``after``, on ``pages`` or on those that are asked for now.

    Raises ``ProviderError``, and ``NotInOrder`` for what should have come before.
    """
    to = after
    for page in provider.pages(after) if pages is None else pages:
        objects = checked_page(provider, page.objects)
        keys = [to, *(info.key for info in objects)]
        if not all(map(lt, keys, islice(keys, 1, None))):
            raise NotInOrder
        to = keys[-1]
        yield Seen(objects, to, page.is_last)
    yield Seen([], to, is_last=True)


class Part:
    """
    The objects behind ``after`` and up to ``end``, as far as they are read.

    What is ``expected`` goes into ``found``, by key, and so does everything where that
    is ``None``. ``others`` has the rest, if that is little; ``is_whole`` says that
    nothing was left out.
    """

    def __init__(
        self,
        after: str,
        end: str | None,
        expected: Expected | None,
        found: dict[str, ObjectInfo],
    ) -> None:
        self.others: list[ObjectInfo] = []
        self.is_whole = True
        self._after = after
        self._end = end
        self._expected = expected
        self._found = found

    def read(
        self, provider: Provider, pages: Iterable[Page] | None = None
    ) -> Iterator[int]:
        """
        Yield how many objects each page had; ``pages`` are those at the start.

        No more pages are read than there are: where most of one is others', the next
        is that on which something expected may be.
        """
        after: str | None = self._after
        reading = seen_in(provider, self._after, pages)
        while after is not None:
            seen = next(reading)
            objects = self._inside(seen)
            count = self._take(objects)
            yield len(objects)
            after = self._next(seen, is_ours=2 * count >= len(objects))
            if after not in (None, seen.to):
                reading = seen_in(provider, after)

    def _inside(self, seen: Seen) -> list[ObjectInfo]:
        if self._end is None or seen.to <= self._end:
            return seen.objects
        return [info for info in seen.objects if info.key <= self._end]

    def _take(self, objects: list[ObjectInfo]) -> int:
        """Keep what was expected, and return how much that was."""
        expected = self._expected
        mine = {
            info.key: info
            for info in objects
            if expected is None or info.key in expected
        }
        self._found.update(mine)
        if self.is_whole and len(mine) < len(objects):
            self.others += [info for info in objects if info.key not in mine]
            self.is_whole = len(self.others) <= MAX_OTHERS
        return len(mine)

    def _next(self, seen: Seen, *, is_ours: bool) -> str | None:
        """Return behind what to go on; ``None`` at the end."""
        if seen.is_last or (self._end is not None and seen.to >= self._end):
            return None
        if is_ours or self._expected is None:
            return seen.to
        following = self._expected.next_behind(seen.to)
        if following == seen.to:
            return following
        self.is_whole = False
        if following is None or (self._end is not None and following > self._end):
            return None
        return max(seen.to, just_before(following))
