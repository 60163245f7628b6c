"""Sums of scores per slice of one column and of two: additive, exact, bounded by the values.

A score is the *square* of the probability that a need is there and failed. Among sources that the
shipped models had not seen, what an uneven reading adds to the mean of squares is a quarter to two
fifths less, relative to what a failure adds, than it is for the mean of probabilities (a clear text
is read alike everywhere, an unclear one is not), and chance adds hardly more.

Scores are kept to a 2**-24 th, so that sums in double precision are exact up to half a billion
conversations and no order of adding changes a digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from convcat.insight.contrast import Moments
from convcat.insight.population import KIND, UNKNOWN
from convcat.insight.slices import Cells, Choice, Floats, Ints, Slices, exact, sums
from convcat.tagged import Tagged

_ARRAYS = ("left", "a", "right", "b", "n", "s1", "s2", "tagged")


@dataclass(frozen=True)
class SliceSums:
    """What is known of the conversations of one kind; pieces add up.

    Attributes
    ----------
    columns : tuple of str
    values : tuple of tuple of str
        Per column, the value of each code.
    n : float
        Conversations.
    s1, s2, s3 : ndarray of float, shape (needs,)
        Sums of scores, of their squares and cubes.
    p1, p3, mass : ndarray of float, shape (needs,)
        Sums of the probabilities behind them, of scores times probabilities, and of the scores if
        every need had failed.
    one, two : Slices
        Every slice of one column, and of two, that occurs.
    """

    columns: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    n: float
    s1: Floats
    s2: Floats
    s3: Floats
    p1: Floats
    p3: Floats
    mass: Floats
    one: Slices
    two: Slices

    @classmethod
    def of(cls, cells: Cells, p1: Floats, p3: Floats, mass: Floats) -> SliceSums:
        """Add the cells of a piece up to slices."""
        stacked = np.hstack([cells.s1, cells.s2, cells.tagged])
        k = range(len(cells.columns))
        needs = cells.s1.shape[1]
        return cls(
            columns=cells.columns,
            values=cells.values,
            n=float(cells.n.sum()),
            s1=cells.s1.sum(axis=0),
            s2=cells.s2.sum(axis=0),
            s3=cells.s3,
            p1=p1,
            p3=p3,
            mass=mass,
            one=stack([_crossed(cells, (i,), stacked) for i in k], needs),
            two=stack([_crossed(cells, pair, stacked) for pair in combinations(k, 2)], needs),
        )

    def __add__(self, other: SliceSums) -> SliceSums:
        return SliceSums(
            self.columns,
            self.values,
            self.n + other.n,
            self.s1 + other.s1,
            self.s2 + other.s2,
            self.s3 + other.s3,
            self.p1 + other.p1,
            self.p3 + other.p3,
            self.mass + other.mass,
            self._pooled([self.one, other.one]),
            self._pooled([self.two, other.two]),
        )

    @property
    def moments(self) -> Moments:
        """Moments of the scores over all conversations."""
        return Moments.of(self.n, self.s1, self.s2, self.s3, of=(self.p1, self.p3))

    def _pooled(self, parts: Sequence[Slices]) -> Slices:
        """Return each slice once, in the order of columns and codes."""
        every = stack(parts, len(self.s1))
        key = every.left
        for codes in (every.right, every.a, every.b):
            width = 1 + max(len(self.columns), *(len(values) for values in self.values), 0)
            key = key * width + codes + 1
        _, first, place = np.unique(key, return_index=True, return_inverse=True)
        stacked = np.column_stack([every.n, every.s1, every.s2, every.tagged])
        total, needs = sums(place, stacked, len(first)), len(self.s1)
        return Slices(
            left=every.left[first],
            a=every.a[first],
            right=every.right[first],
            b=every.b[first],
            n=total[:, 0],
            s1=total[:, 1 : 1 + needs],
            s2=total[:, 1 + needs : 1 + 2 * needs],
            tagged=total[:, 1 + 2 * needs :],
        )

    def of_one(self, min_size: int) -> Slices:
        """Return the slices of one column that, like all else beside them, are large enough."""
        return _large(self.one, self.n, min_size)

    def of_two(self, min_size: int) -> Slices:
        """Return the slices of two columns that are large enough."""
        return _large(self.two, self.n, min_size)

    def single(self, at: Ints, code: Ints) -> tuple[Floats, Floats]:
        """Return size and scores of the slice of each given column and code."""
        begin = np.concatenate([[0], np.cumsum([len(values) for values in self.values])])
        place = np.full(int(begin[-1]) + 1, -1, dtype=np.int64)
        place[begin[self.one.left] + self.one.a] = np.arange(len(self.one))
        rows = place[begin[at] + code]
        return self.one.n[rows][:, None], self.one.s1[rows]


def kind_rows(tagged: Tagged, kind: str | None) -> npt.NDArray[np.bool_]:
    """Return the rows of one kind of conversation that were read; ``None`` is all kinds."""
    if kind is None:
        return tagged.ok
    values = np.asarray([value or UNKNOWN for value in tagged.column(KIND)], dtype=object)
    return np.asarray(tagged.ok & (values == kind))


def failed_scores(tagged: Tagged, *, known: bool | None = None) -> tuple[Floats, bool]:
    """Return the probability that each need is there and failed, and whether failing was known.

    Parameters
    ----------
    tagged : Tagged
    known : bool, optional
        Whether anything is known of what failed, in the whole table of which this is a piece; a
        row without it then counts as failed, so that nothing is lost.
    """
    p = np.nan_to_num(tagged.p)
    if known is None:
        known = bool(np.isfinite(tagged.p_failed[tagged.ok]).any())
    if not known:
        return p, False
    return p * np.where(np.isfinite(tagged.p_failed), tagged.p_failed, 1.0)[:, None], True


def sum_slices(
    tagged: Tagged,
    first: int,
    choices: Sequence[Choice],
    kinds: Sequence[str | None],
    known: bool,  # noqa: FBT001 - a task, sent by position
) -> list[SliceSums]:
    """Add a piece of a table up, one kind of conversation after the other."""
    del first
    columns = [choice.codes(tagged) for choice in choices]
    (failed, _), p = failed_scores(tagged, known=known), np.nan_to_num(tagged.p)
    found = []
    for kind in kinds:
        rows = kind_rows(tagged, kind)
        cells = Cells.of(columns, failed**2, tagged.tags, rows)
        powers = (failed[rows], failed[rows] ** 3, p[rows] ** 2)
        found.append(SliceSums.of(cells, *(exact(x).sum(axis=0) for x in powers)))
    return found


def _crossed(cells: Cells, at: tuple[int, ...], stacked: Floats) -> Slices:
    """Return every slice of the given one or two columns that occurs."""
    codes = cells.codes[:, list(at)]
    inside = np.asarray((codes >= 0).all(axis=1))
    width = len(cells.values[at[-1]])
    joined = codes[inside, 0] * width + codes[inside, 1] if len(at) == 2 else codes[inside, 0]
    counts = np.bincount(joined)
    found = np.flatnonzero(counts)
    at_code = np.zeros(len(counts), dtype=np.int64)
    at_code[found] = np.arange(len(found))
    size, needs = len(found), cells.s1.shape[1]
    place = np.full(len(inside), size)  # what stands outside is summed apart, and dropped
    place[inside] = at_code[joined]
    all_ = sums(place, stacked, size + 1)[:size]
    pair = len(at) == 2
    return Slices(
        left=np.full(size, at[0]),
        a=found // width if pair else found,
        right=np.full(size, at[1] if pair else -1),
        b=found % width if pair else np.full(size, -1),
        n=np.bincount(place, weights=cells.n, minlength=size + 1)[:size].astype(np.float64),
        s1=all_[:, :needs],
        s2=all_[:, needs : 2 * needs],
        tagged=all_[:, 2 * needs :],
    )


def stack(parts: Sequence[Slices], needs: int) -> Slices:
    """Put slices one after the other."""
    none, blank = np.zeros(0, dtype=np.int64), np.zeros((0, needs))
    empty = Slices(none, none, none, none, np.zeros(0), blank, blank, blank)
    return Slices(
        *(np.concatenate([getattr(p, name) for p in (empty, *parts)]) for name in _ARRAYS)
    )


def _large(slices: Slices, total: float, min_size: int) -> Slices:
    keep = (slices.n >= min_size) & (total - slices.n >= min_size)
    return Slices(*(getattr(slices, name)[keep] for name in _ARRAYS))
