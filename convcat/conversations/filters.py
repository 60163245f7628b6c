"""Which conversations are left out, and why: stars and duplicates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from convcat.conversations.marks import Marks, MarkSet, mark_of, marks_of
from convcat.exceptions import InputError

SHORT_ID = 6  # characters: numbers that are counted from 1
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,253}")
_FEW_WORDS = 6  # many customers write the same few: no sign that a row is there twice


def check_stars(stars: Iterable[float] | float | None) -> frozenset[int] | None:
    """Return the stars that are read, as a set; ``None`` reads all.

    Raises
    ------
    InputError
        If one is no whole number from 0 to 5, or there is none.

    Examples
    --------
    >>> sorted(check_stars([2, 3])), sorted(check_stars(1))
    ([2, 3], [1])
    """
    if stars is None:
        return None
    given = [stars] if isinstance(stars, int | float) else list(stars)
    if not given or any(star not in range(6) for star in given):
        raise InputError(f"stars must be some of 1, 2, 3, 4, 5, or None for all, not {given!r}.")
    return frozenset(int(star) for star in given)


def star_reason(rating: float | None, stars: frozenset[int]) -> str | None:
    """Return why a review is left out for its stars, or ``None`` if it is not.

    Half stars count as the whole ones below.

    Examples
    --------
    >>> star_reason(1.0, frozenset({2, 3}))
    '1-star review (only 2 and 3 stars are read)'
    >>> star_reason(2.5, frozenset({2, 3})) is None
    True
    """
    if rating is not None and int(rating) in stars:
        return None
    read = [str(star) for star in sorted(stars)]
    words = " and ".join([", ".join(read[:-1]), read[-1]] if len(read) > 1 else read)
    only = f"(only {words} {'star is' if read == ['1'] else 'stars are'} read)"
    return (
        f"{int(rating)}-star review {only}"
        if rating is not None
        else f"review without stars {only}"
    )


class Seen:
    """Remembers ids and rows, and gives every row of the table an id of its own.

    Within a file, a row is a duplicate if its id was there before. Ids of different files may
    belong to different shops: there, text or time (a day alone, for a short id, is none) must
    agree as well. Rows without ids are
    duplicates if every cell agrees and they say more than a few words ("Good service" is said
    by many), or bear an e-mail address.

    Parameters
    ----------
    several : bool
        Whether there is more than one file.
    """

    def __init__(self, *, several: bool) -> None:
        self._several = several
        self._in_file = MarkSet()
        self._anywhere = MarkSet()
        self._names = MarkSet()

    def next_file(self) -> None:
        """Forget the ids of the file before."""
        self._in_file = MarkSet()

    def again(
        self,
        ids: Sequence[str | None],
        signature: int,
        times: Sequence[object],
        text: Callable[[int], str | None],
        row: Callable[[int], Iterable[object]],
    ) -> list[bool]:
        """Tell of each row whether it was there before, and remember it.

        Parameters
        ----------
        ids, times : sequence
            One for each row; no id where the row has none.
        signature : int
            Of the file's header: ids of exports of another kind are others.
        text, row : callable
            Give the text and all cells of a row by its position.
        """
        out = [False] * len(ids)

        def note(marks: MarkSet, rows: list[int], mark: Marks | list[int]) -> None:
            for i, known in zip(rows, marks.add(mark), strict=True):
                out[i] = out[i] or known

        named = [i for i, one in enumerate(ids) if one is not None]
        note(self._in_file, named, marks_of([str(ids[i]) for i in named]))
        if self._several:
            own = {i: f"{ids[i]}\x1f{signature}" for i in named}
            note(self._anywhere, named, [mark_of("text", own[i], text(i)) for i in named])
            timed = [i for i in named if _tells_apart(str(ids[i]), times[i])]
            note(self._anywhere, timed, [mark_of("time", own[i], times[i]) for i in timed])
        unnamed = [i for i, one in enumerate(ids) if one is None]
        long = [i for i in unnamed if says_much(text(i)) or any(map(_is_address, row(i)))]
        note(self._anywhere, long, [mark_of("row", *row(i)) for i in long])
        return out

    def names(self, wanted: Sequence[str], places: Sequence[str]) -> list[str]:
        """Return ids that no other row has: the wanted ones, with the place where one is taken."""
        out = list(wanted)
        left = list(range(len(out)))
        while left:  # those that are taken are asked together: to ask once is dear
            taken = self._names.add(marks_of([out[i] for i in left]))
            left = [i for i, known in zip(left, taken, strict=True) if known]
            for i in left:
                out[i] = f"{out[i]} ({places[i]})"
        return out


def _tells_apart(name: str, time: object) -> bool:
    """Return whether an id and a moment stand for one row: two shops may both have a 12 of a day."""
    if time is None or not isinstance(time, datetime):
        return time is not None
    return len(name) > SHORT_ID or (time.hour, time.minute, time.second) != (0, 0, 0)


def _is_address(cell: object) -> bool:
    """Return whether a cell is an e-mail address: it tells one customer's few words from another's."""
    return isinstance(cell, str) and "@" in cell and _ADDRESS.fullmatch(cell.strip()) is not None


def says_much(text: str | None) -> bool:
    """Return whether a text has more than a few words, so that hardly two people write it."""
    return text is not None and text.count(" ") >= _FEW_WORDS
