"""What the columns beside the texts say of phrases: names of products, names of people, months."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from convcat.exceptions import InputError
from convcat.insight.slice_columns import slice_values
from convcat.insight.themes_words import Phrases, stemmed
from convcat.tagged import Tagged

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_GOODS = re.compile(
    r"product|item|shop|store|brand|seller|company|domain|merchant|carrier|country|city|location",
    re.IGNORECASE,
)
_PLACES = re.compile(r"carrier|country|city|location", re.IGNORECASE)
_PEOPLE = re.compile(
    r"author|agent|reviewer|customer|user|first.?name|last.?name|full.?name|e.?mail", re.IGNORECASE
)
_APART = re.compile(
    r"product|item|shop|store|brand|seller|domain|merchant|customer|reviewer|author|user",
    re.IGNORECASE,
)
_MEANT = 0.5  # share of texts with a phrase whose own product bears it, from which it is its name
_PERSON = 0.1  # the same, of people: a few are enough
_LONG_NAME, _LONG_PERSON = 25, 5  # words; what is longer is no name
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 200  # conversations that recent months must hold


@dataclass(frozen=True)
class Beside:
    """The columns of the looked-at texts that bear names.

    Attributes
    ----------
    columns : tuple of (name, code per text, values)
    """

    columns: tuple[tuple[str, Ints, tuple[str, ...]], ...]

    @classmethod
    def of(cls, tagged: Tagged) -> Beside:
        """Read the columns that hold products, shops, places or people."""
        found = []
        for field in tagged.table.schema:
            text = pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
            known = _GOODS.search(field.name) or _PEOPLE.search(field.name)
            if (text or pa.types.is_dictionary(field.type)) and known:
                try:
                    encoded = slice_values(tagged, field.name).dictionary_encode()
                except InputError:
                    continue
                codes = np.asarray(encoded.indices.fill_null(-1), dtype=np.int64)
                found.append((field.name, codes, tuple(encoded.dictionary.to_pylist())))
        return cls(tuple(found))

    def names(self, phrases: Phrases) -> tuple[list[str], Bools]:
        """Return which column each phrase is a name in (or nothing), and which name people."""
        about = [""] * len(phrases.first)
        keys = [phrases.key(p) for p in range(len(about))]
        people: set[str] = set()
        holds = phrases.holds.tocsc()
        for name, codes, values in self.columns:
            of_people = _GOODS.search(name) is None
            longest = _LONG_PERSON if of_people else _LONG_NAME
            by_stem: dict[str, set[int]] = {}
            for code, value in enumerate(values):
                for stem in _stems(value, longest):
                    by_stem.setdefault(stem, set()).add(code)
            for p, key in enumerate(keys):
                if of_people and len(key) > 1:
                    continue
                if not all(stem in by_stem for stem in key):
                    continue
                bearing = set.intersection(*(by_stem[stem] for stem in key))
                own = codes[holds.indices[holds.indptr[p] : holds.indptr[p + 1]]]
                own = own[own >= 0]
                hits = int(np.isin(own, np.fromiter(bearing, dtype=np.int64)).sum())
                if of_people:
                    people |= {*key} if hits >= max(2, _PERSON * len(own)) else set()
                elif not about[p] and hits and hits >= _MEANT * len(own):
                    about[p] = name
        person = np.asarray([not people.isdisjoint(key) for key in keys], dtype=bool)
        return about, person

    def of_one(self, texts: Ints) -> bool:
        """Return whether some texts are all of one product, shop or customer, where others exist."""
        for name, codes, values in self.columns:
            own = codes[texts]
            own = own[own >= 0]
            apart = len(values) > 1 and _APART.search(name) and not _PLACES.search(name)
            if apart and len(own) > 1 and (own == own[0]).all():
                return True
        return False


def _stems(value: str, longest: int) -> set[str]:
    words = _WORD.findall(value[:400])
    return {stemmed(word.lower()) for word in words} if len(words) <= longest else set()


@dataclass(frozen=True)
class Calendar:
    """Recent months against those before them.

    Attributes
    ----------
    months : tuple of str
        The recent ones; empty where there is nothing to hold them against.
    recent, before : int
        Conversations that were read then.
    """

    months: tuple[str, ...] = ()
    recent: int = 0
    before: int = 0

    @classmethod
    def of(cls, counts: Sequence[tuple[str, int]]) -> Calendar:
        """Choose the shortest run of last months that holds enough conversations.

        Examples
        --------
        >>> Calendar.of([("2026-08", 900), ("2026-09", 1000), ("2026-10", 40)]).months
        ('2026-09', '2026-10')
        >>> Calendar.of([("2026-10", 40)]).months
        ()
        """
        total = sum(n for _, n in counts)
        enough = min(_ENOUGH, total // 5)
        chosen: list[str] = []
        n = 0
        for month, more in sorted(counts, reverse=True):
            chosen.insert(0, month)
            n += more
            if n >= enough:
                break
        if n < 1 or total - n < max(enough, 1):
            return cls()
        return cls(tuple(chosen), n, total - n)

    def p_value(self, after: int, before: int, part: float) -> float:
        """Return how likely so many recent ones of all are by chance (Fisher's exact, one-sided).

        Parameters
        ----------
        after, before : int
            Conversations of a theme, recent and before.
        part : float
            Which part of all conversations was looked at.
        """
        from scipy.special import betaln

        there = max(round(self.recent * part), after)
        earlier = max(round(self.before * part), before)
        drawn = after + before
        k = np.arange(after, min(drawn, there) + 1, dtype=np.float64)

        def ways(n: float, some: Any) -> Any:  # the logarithm of "n choose some"
            return -betaln(1 + n - some, 1 + some) - np.log1p(n)

        log = ways(there, k) + ways(earlier, drawn - k) - ways(there + earlier, drawn)
        return float(min(np.exp(log[drawn - k <= earlier]).sum(), 1.0))


def trend_word(q: float, before: float, after: float, level: float) -> str:
    """Return whether a theme is new, growing or neither.

    Parameters
    ----------
    q : float
        False discovery rate of its growth.
    before, after : float
        Shares of all conversations.
    level : float

    Examples
    --------
    >>> trend_word(0.01, 0.0, 0.02, 0.95), trend_word(0.01, 0.01, 0.02, 0.95)
    ('new', 'growing')
    """
    if q > 1 - level or after < 1.25 * before:
        return ""
    return "new" if before <= 0.1 * after else "growing"


def months_of(tagged: Tagged) -> npt.NDArray[Any]:
    """Return the month of each row; empty words where it has none."""
    if "month" not in tagged.table.column_names and "time" not in tagged.table.column_names:
        return np.full(len(tagged), "", dtype=object)
    try:
        values = slice_values(tagged, "month").to_pylist()
    except InputError:
        values = [None] * len(tagged)
    return np.asarray([value or "" for value in values], dtype=object)
