"""What each row adds to the counts of a summary: made once, counted into cells of any kind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from convcat.tagged import Tagged

OUTSIDE = ("filtered", "duplicate")
"""Statuses of rows that stand outside every count: they were left out on purpose."""
ONE = 1 << 30
"""One in the fixed point of sums: a billion rows of probability 1 still fit in 64 bits."""
# Scores are binned on the log-odds scale, where rare needs keep their resolution.
BIN_WIDTH, BIN_REACH = 0.5, 8.0
BINS = int(2 * BIN_REACH / BIN_WIDTH)

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Signals:
    """The rows of a table that were kept, as what is added up of them.

    Attributes
    ----------
    kept : ndarray of bool, shape (rows of the table,)
    ok : ndarray of bool, shape (kept rows,)
        Which of them were read; all else is of these alone.
    sums : ndarray of int, shape (read rows, 4, signals)
        Tagged, scored, the probability and its square in fixed point.
    bins : (ndarray of int, ndarray of int)
        For each score that is known, its row, and its signal and bin in one number.
    pairs : (ndarray of int, ndarray of int)
        For each two tags that a row carries, its row, and both needs in one number.
    """

    kept: Bools
    ok: Bools
    sums: Ints
    bins: tuple[Ints, Ints]
    pairs: tuple[Ints, Ints]

    @classmethod
    def of(cls, tagged: Tagged) -> Signals:
        """Return what the rows of a table add to the counts."""
        kept = kept_in(tagged)
        ok = tagged.ok & kept
        tags, failed = tagged.tags[ok], tagged.p_failed[ok]
        p = np.column_stack([tagged.p[ok], tagged.p_none[ok], failed])
        carried = np.column_stack([tags, ~tags.any(axis=1), failed >= 0.5])
        scored = np.isfinite(p)
        q = np.clip(np.where(scored, p, 0), 0, 1)
        sums = np.empty((len(p), 4, p.shape[1]), dtype=np.int64)
        sums[:, 0], sums[:, 1] = carried, scored
        sums[:, 2], sums[:, 3] = np.rint(q * ONE), np.rint(q * q * ONE)
        row, signal = np.nonzero(scored)
        bins = signal * BINS + bin_of(q[scored])
        return cls(kept, ok[kept], sums, (row, bins), _pairs(tags))

    def count(self, cell: Ints, cells: int) -> dict[str, Ints]:
        """Count them into cells.

        Parameters
        ----------
        cell : ndarray of int, shape (kept rows,)
            The cell of each row.
        cells : int
            How many there are.
        """
        from scipy.sparse import csc_array

        read = cell[self.ok]
        rows, _, signals = self.sums.shape
        needs = signals - 2
        of = csc_array((np.ones(rows, dtype=np.int64), read, np.arange(rows + 1)), (cells, rows))
        sums = np.asarray(of @ self.sums.reshape(rows, 4 * signals)).reshape(cells, 4, signals)

        def counted(found: tuple[Ints, Ints], size: int) -> Ints:
            place = read[found[0]] * size + found[1]
            return np.bincount(place, minlength=cells * size)

        return {
            "n": np.bincount(read, minlength=cells),
            "unread": np.bincount(cell[~self.ok], minlength=cells),
            **{
                name: np.ascontiguousarray(sums[:, i])
                for i, name in enumerate(("tagged", "scored", "fixed_p", "fixed_pp"))
            },
            "histogram": counted(self.bins, signals * BINS).reshape(cells, signals, BINS),
            "together": counted(self.pairs, needs * needs).reshape(cells, needs, needs),
        }


def kept_in(tagged: Tagged) -> Bools:
    """Return which rows stand inside the counts."""
    return np.asarray([status not in OUTSIDE for status in tagged.status], dtype=bool)


def bin_of(p: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """Return the histogram bin of each probability.

    Examples
    --------
    >>> bin_of([0.0, 0.49, 0.51, 1.0]).tolist()
    [0, 15, 16, 31]
    """
    q = np.clip(np.asarray(p, dtype=np.float64), 1e-12, 1 - 1e-12)
    place = (np.log(q / (1 - q)) + BIN_REACH) / BIN_WIDTH
    return np.clip(np.floor(place), 0, BINS - 1).astype(np.intp)


def _pairs(tags: Bools) -> tuple[Ints, Ints]:
    """Return every two tags of a row, a tag with itself too: the row, and both in one number."""
    row, need = np.nonzero(tags)
    of_row = np.bincount(row, minlength=len(tags))
    first = np.cumsum(of_row) - of_row  # where a row's tags begin
    times = of_row[row]
    left = np.repeat(np.arange(len(row)), times)
    nth = np.arange(len(left)) - np.repeat(np.cumsum(times) - times, times)
    right = first[row[left]] + nth
    return row[left], need[left] * tags.shape[1] + need[right]
