"""The conversations of one kind that are looked at for themes, and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.insight.digest import Digest
from convcat.insight.population import KIND, UNKNOWN, take
from convcat.insight.themes_beside import Beside, Calendar, months_of
from convcat.insight.themes_sample import UNTAGGED, Drawn
from convcat.insight.themes_words import Phrases, phrases_of
from convcat.privacy import mask
from convcat.tagged import Tagged

BESIDE = ("other", UNTAGGED)
"""What is beside the needs that are known: a phrase of many of them is no need's own."""
FEWEST = 5
"""Texts that a phrase must stand in, at least."""
_ENOUGH = 50  # texts that a need can be held against
_LONGEST = 4_000  # characters of a text that are looked at
_MASKED = 500  # texts that are masked at once

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Texts:
    """The texts of one kind of conversation that are looked at, in the order of their hashes.

    Attributes
    ----------
    kind : str or None
    drawn : dict of need to Drawn
    rows : ndarray of int64
        Their numbers in the whole table, ascending.
    order : ndarray of int64
        The place in ``rows`` of each text.
    table : Tagged
        The rows, ascending.
    texts : list of str
    weights : ndarray of float
        How many conversations each stands for.
    distinct : ndarray of bool
        Whether a text is the first of its words.
    phrases : Phrases
    about : list of str
        Per phrase, the column that it is a name in, or nothing.
    allowed : ndarray of bool
        Per phrase, whether it may be part of a theme.
    beside : Beside
    months : ndarray of str objects
    calendar : Calendar
    masked : dict of str to str
        Texts, none long, without what is personal in them.
    """

    kind: str | None
    drawn: dict[str, Drawn]
    rows: Ints
    order: Ints
    table: Tagged
    texts: list[str]
    weights: npt.NDArray[np.float64]
    distinct: Bools
    phrases: Phrases
    about: list[str]
    allowed: Bools
    beside: Beside
    months: npt.NDArray[Any]
    calendar: Calendar
    masked: dict[str, str] = field(repr=False)

    @classmethod
    def of(
        cls,
        digest: Digest,
        drawn: dict[Any, Drawn],
        kind: str | None,
        text: str,
    ) -> Texts | None:
        """Read the texts of one kind; ``None`` where there are none."""
        mine = {need: found for (k, need), found in drawn.items() if k == kind and len(found.rows)}
        if not mine:
            return None
        every = np.concatenate([found.rows for found in mine.values()])
        hashes = np.concatenate([found.hashes for found in mine.values()])
        rows, first = np.unique(every, return_index=True)
        order = np.argsort(hashes[first], kind="stable")
        table = digest.rows_at(rows)
        column = table.column(text)
        texts = [str(column[i] or "") for i in order.tolist()]
        part = np.zeros(len(rows))
        for found in mine.values():
            at = np.searchsorted(rows, found.rows)
            part[at] = np.maximum(part[at], found.part)
        seen: set[str] = set()
        distinct = np.asarray([not (t in seen or seen.add(t)) for t in texts])  # type: ignore[func-returns-value]
        read = [said[:_LONGEST] for said in texts]
        hidden = list(digest.share(_masked, read, each=_MASKED))
        phrases = phrases_of(hidden, FEWEST)
        beside = Beside.of(take(table, order))
        about, person = beside.names(phrases)
        marked = np.asarray([bool(name) for name in about], dtype=bool)
        return cls(
            kind=kind,
            drawn=mine,
            rows=rows,
            order=order,
            table=table,
            texts=texts,
            weights=1 / part[order],
            distinct=distinct,
            phrases=phrases,
            about=about,
            allowed=~person & (~phrases.named | marked),
            beside=beside,
            months=months_of(table)[order],
            calendar=_calendar(digest, kind),
            masked=dict(zip(read, hidden, strict=True)),
        )

    def hide(self, text: str) -> str:
        """Mask what is personal in a text; one that was looked at is masked already."""
        return mask(text) if (known := self.masked.get(text)) is None else known

    def away(self, need: str) -> Bools:
        """Return which texts a need is held against: those of the other needs that are known.

        A theme that no need names falls into ``other``, or into no need at all, from wherever the
        model happens to put it: held against those it would stand out nowhere.
        """
        known = [j for j, name in enumerate(self.table.needs) if name not in (*BESIDE, need)]
        others = np.asarray(self.table.tags[:, known].any(axis=1), dtype=bool).reshape(-1)[
            self.order
        ]
        away = self._without(need)
        return away & others if (away & others & self.distinct).sum() >= _ENOUGH else away

    def _without(self, need: str) -> Bools:
        """Return which texts do not have a need, drawn for it or not."""
        if need in self.table.needs:
            return np.asarray(~self.table.tags[self.order, self.table.needs.index(need)])
        away = np.ones(len(self.order), dtype=bool)
        away[np.searchsorted(self.rows, self.drawn[need].rows)] = False
        return np.asarray(away[self.order])


def _masked(texts: Sequence[str]) -> list[str]:
    return [mask(text) for text in texts]


def _calendar(digest: Digest, kind: str | None) -> Calendar:
    if len(digest.months()) < 2:
        return Calendar()
    by = ("month",) if kind is None else (KIND, "month")
    summary = digest.summary(by)
    counts: dict[str, int] = {}
    for key, n in zip(summary.cells, summary.n, strict=True):
        if key[-1] is not None and n and (kind is None or (key[0] or UNKNOWN) == kind):
            counts[key[-1]] = counts.get(key[-1], 0) + int(n)
    return Calendar.of(sorted(counts.items()))
