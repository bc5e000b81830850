"""Where in a bucket the files of a site are to be looked for, and where not."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate, takewhile


def stem_of(key: str) -> str:
    """
    Return what a key has in common with its hashed names, of every release.

    That is all up to the first dot of its last part: ``js/app.`` of ``js/app.min.css``
    and of ``js/app.min.0123456789ab.css``. A key without a dot is its own.
    """
    return key[: key.find(".", key.rfind("/") + 1) + 1] or key


def just_before(key: str) -> str:
    """
    Return what comes before ``key`` and behind nearly all else that does.

    A listing can begin behind a key, and not at one. There is no last key before
    another; this one is of signs that every service takes and can repeat in its answer,
    in which XML allows no control characters.
    """
    readable = "".join(takewhile(str.isprintable, key))
    if readable != key:
        return readable
    last = key[-1]
    if "!" <= last <= "~":
        return f"{key[:-1]}{chr(ord(last) - 1)}~"
    return key[:-1]


class Expected:
    """
    The keys that a site is expected to have, with all that share their stems.

    Those with one stem stand in a row in the bucket: only what has more in its place,
    such as the files of a directory ``js/app.d``, can stand between them.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self._counts = Counter(map(stem_of, keys))
        for stem in [*self._counts]:
            if not stem.endswith("."):
                # As it is called once it is hashed: LICENSE, LICENSE.0123456789ab.
                self._counts.setdefault(f"{stem}.", 1)
        self._stems = sorted(self._counts)

    def __contains__(self, key: str) -> bool:
        return stem_of(key) in self._counts

    def __iter__(self) -> Iterator[str]:
        """Yield the stems, in order."""
        return iter(self._stems)

    def next_behind(self, key: str) -> str | None:
        """
        Return from where on expected ones may come that are behind ``key``.

        ``key`` itself where it stands among them, ``None`` where there are no more.
        """
        dots = (place for place, sign in enumerate(key, 1) if sign == ".")
        if any(key[:place] in self._counts for place in dots):
            return key
        place = bisect_right(self._stems, key)
        return self._stems[place] if place < len(self._stems) else None

    def count(self, key: str) -> int:
        """Return how many are expected behind ``key``."""
        return sum(self._counts[stem] for stem in self._behind(key))

    def parts(self, key: str, number: int) -> list[str]:
        """Return where to divide what is expected behind ``key`` into so many alike."""
        stems = self._behind(key)
        *sums, total = 0, *accumulate(self._counts[stem] for stem in stems)
        # Where a stem has more keys than a part, two of them would begin behind it.
        places = {bisect_left(sums, total * n // number) for n in range(1, number)}
        return [stems[place] for place in sorted(places - {len(stems)})]

    def _behind(self, key: str) -> list[str]:
        return self._stems[bisect_right(self._stems, key) :]
