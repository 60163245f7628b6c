"""Small, additive counts of a tagged table: what every finding is computed from.

A :class:`Summary` holds, per cell of the slice columns and per signal (each need, then ``none``
and ``failed``), a handful of whole numbers. Parts, workers and months merge with ``+``, exactly:
probabilities are summed in fixed point, so that no order of merging changes a digit.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.exceptions import InputError, did_you_mean
from convcat.insight.signals import BIN_REACH, BIN_WIDTH, BINS, ONE, Signals
from convcat.insight.slice_columns import MAX_VALUES, Ints, Key, coded, cross, order, slice_values
from convcat.tagged import Tagged
from convcat.taxonomy import NONE

FAILED = "failed"
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Summary:
    """Counts per cell of the slice columns and per signal.

    Attributes
    ----------
    needs : tuple of str
        Need ids.
    by : tuple of str
        The slice columns; empty for one cell of everything.
    cells : tuple of tuple
        One key per cell, sorted: a value (text, or ``None`` where null) per slice column.
    n : ndarray of int, shape (cells,)
        Rows that were read.
    unread : ndarray of int, shape (cells,)
        Rows that were kept and could not be read (empty, another language, too long ...).
    tagged : ndarray of int, shape (cells, signals)
        Rows that carry the tag; for ``none`` rows without any tag, for ``failed`` rows whose
        probability is at least one half.
    scored : ndarray of int, shape (cells, signals)
        Rows that have a probability for the signal.
    histogram : ndarray of int, shape (cells, signals, BINS)
        Rows by probability, in equal steps of log-odds (see :func:`bin_centres`).
    together : ndarray of int, shape (cells, needs, needs)
        Rows that carry both tags.
    folded : dict of str to int
        Per slice column, how many of its values were folded into ``(rest)`` by the cap.

    Examples
    --------
    >>> import pyarrow as pa
    >>> table = pa.table({
    ...     "channel": ["chat", "mail", "chat"],
    ...     "needs": [["wismo"], [], ["wismo"]],
    ...     "p_wismo": [0.75, 0.25, 1.0],
    ...     "needs_status": ["ok", "ok", "ok"],
    ... })
    >>> summary = Summary.of(table, by=["channel"])
    >>> summary.cells, summary.n.tolist(), summary.tagged[:, 0].tolist()
    ((('chat',), ('mail',)), [2, 1], [2, 0])
    >>> (summary + summary).over().sum_p[0, 0]
    np.float64(4.0)
    """

    needs: tuple[str, ...]
    by: tuple[str, ...]
    cells: tuple[Key, ...]
    n: Ints
    unread: Ints
    tagged: Ints
    scored: Ints
    fixed_p: Ints = field(repr=False)
    fixed_pp: Ints = field(repr=False)
    histogram: Ints = field(repr=False)
    together: Ints = field(repr=False)
    folded: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        tagged: Any,
        by: Sequence[str] = (),
        *,
        max_values: int | None = MAX_VALUES,
        signals: Signals | None = None,
    ) -> Summary:
        """Summarise a tagged table.

        Parameters
        ----------
        tagged : dataframe, path to Parquet or Tagged
            A tagged table.
        by : sequence of str, default ()
            Columns to slice by, all crossed; ``"month"`` is made from ``time`` where the table
            has no such column.
        max_values : int or None, default 200
            How many values of each column are kept apart (the most frequent; ties by name);
            the others become ``(rest)``. ``None`` keeps all.
        signals : Signals, optional
            Of this very table, where they were made already.

        Returns
        -------
        Summary

        Raises
        ------
        InputError
            If it is no tagged table, or a column is missing or holds lists.
        """
        tagged = Tagged.of(tagged)
        signals = signals or Signals.of(tagged)
        kept = signals.kept
        columns, folded = [], {}
        for name in by:
            codes, values, gone = coded(slice_values(tagged, name), kept, max_values)
            columns.append((codes, values))
            if gone:
                folded[name] = gone
        cell, cells = cross(columns, kept)
        return _build(tagged.needs, by, cells, signals.count(cell, len(cells)), folded)

    @property
    def signals(self) -> tuple[str, ...]:
        """Needs, then ``none`` and ``failed``: the second axis of the arrays."""
        return (*self.needs, NONE, FAILED)

    @property
    def sum_p(self) -> Floats:
        """Sum of probabilities, shape (cells, signals)."""
        return self.fixed_p / ONE

    @property
    def sum_pp(self) -> Floats:
        """Sum of squared probabilities, shape (cells, signals)."""
        return self.fixed_pp / ONE

    def __len__(self) -> int:
        return len(self.cells)

    def __add__(self, other: Summary) -> Summary:
        if not isinstance(other, Summary):
            return NotImplemented
        if (self.needs, self.by) != (other.needs, other.by):
            raise InputError(
                "These summaries cannot be added: they differ in their needs or slice columns."
            )
        cells = tuple(sorted({*self.cells, *other.cells}, key=order))
        at = {key: i for i, key in enumerate(cells)}
        mine, yours = [at[key] for key in self.cells], [at[key] for key in other.cells]

        def add(a: Ints, b: Ints) -> Ints:
            total = np.zeros((len(cells), *a.shape[1:]), dtype=np.int64)
            total[mine] += a
            total[yours] += b
            return total

        folded = {
            name: max(self.folded.get(name, 0), other.folded.get(name, 0))
            for name in sorted({*self.folded, *other.folded})
        }
        arrays = {name: add(getattr(self, name), getattr(other, name)) for name in ARRAYS}
        return _build(self.needs, self.by, cells, arrays, folded)

    def over(self, *columns: str) -> Summary:
        """Return the summary over some of the slice columns, all others pooled.

        Raises
        ------
        InputError
            If the summary was not sliced by one of them.
        """
        for name in columns:
            if name not in self.by:
                near = did_you_mean(name, self.by)
                raise InputError(f"This summary is not sliced by {name!r}.{near}")
        places = [self.by.index(name) for name in columns]
        keys = [tuple(key[place] for place in places) for key in self.cells]
        return self._pooled(columns, keys)

    def at(self, column: str, value: str | None) -> Summary:
        """Return the cells of one value of a slice column, over the other columns."""
        place = self.by.index(column)
        part = self.take([i for i, key in enumerate(self.cells) if key[place] == value])
        return part.over(*(name for name in self.by if name != column))

    def take(self, rows: Iterable[int]) -> Summary:
        """Return some of the cells, by their numbers."""
        rows = list(rows)
        arrays = {name: getattr(self, name)[rows] for name in ARRAYS}
        cells = tuple(self.cells[i] for i in rows)
        return _build(self.needs, self.by, cells, arrays, self.folded)

    def renamed(self, keys: Sequence[Key]) -> Summary:
        """Return the summary with other keys, cell by cell; cells of one key are pooled."""
        return self._pooled(self.by, keys)

    def _pooled(self, by: Sequence[str], keys: Sequence[Key]) -> Summary:
        # Without columns there is one cell always, also of an empty table.
        cells = tuple(sorted(set(keys), key=order)) if by else ((),)
        at = {key: i for i, key in enumerate(cells)}
        to = np.asarray([at[key] for key in keys], dtype=np.intp)

        def pool(a: Ints) -> Ints:
            total = np.zeros((len(cells), *a.shape[1:]), dtype=np.int64)
            np.add.at(total, to, a)
            return total

        folded = {name: gone for name, gone in self.folded.items() if name in by}
        arrays = {name: pool(getattr(self, name)) for name in ARRAYS}
        return _build(self.needs, by, cells, arrays, folded)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON-able values; :meth:`from_dict` reads it back."""
        return {
            "needs": list(self.needs),
            "by": list(self.by),
            "cells": [list(key) for key in self.cells],
            **{name: getattr(self, name).tolist() for name in ARRAYS},
            "folded": dict(self.folded),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Summary:
        """Read what :meth:`to_dict` gave.

        Raises
        ------
        InputError
            If the values do not form a summary.
        """
        try:
            needs, by = tuple(map(str, data["needs"])), tuple(map(str, data["by"]))
            cells = tuple(tuple(key) for key in data["cells"])
            shapes = _shapes(len(cells), len(needs))
            arrays = {
                name: np.asarray(data[name], dtype=np.int64).reshape(shape)
                for name, shape in shapes.items()
            }
            folded = {str(name): int(gone) for name, gone in data["folded"].items()}
        except (KeyError, TypeError, ValueError, AttributeError):
            raise InputError("This is not a summary of a tagged table.") from None
        return _build(needs, by, cells, arrays, folded)


ARRAYS = ("n", "unread", "tagged", "scored", "fixed_p", "fixed_pp", "histogram", "together")
"""The counts of a summary, one row per cell."""


def merge(summaries: Iterable[Summary]) -> Summary:
    """Add any number of summaries; at least one.

    Raises
    ------
    InputError
        If there is none, or they differ in needs or slice columns.
    """
    parts = list(summaries)
    if not parts:
        raise InputError("There is no summary to merge.")
    return functools.reduce(operator.add, parts)


def bin_centres() -> Floats:
    """Return the probability at the middle of each histogram bin.

    Examples
    --------
    >>> centres = bin_centres()
    >>> len(centres), round(float(centres[16]), 3)
    (32, 0.562)
    """
    log_odds = (np.arange(BINS) + 0.5) * BIN_WIDTH - BIN_REACH
    return np.asarray(1 / (1 + np.exp(-log_odds)), dtype=np.float64)


def _shapes(cells: int, needs: int) -> dict[str, tuple[int, ...]]:
    grid = (cells, needs + 2)
    return {
        "n": (cells,),
        "unread": (cells,),
        **dict.fromkeys(("tagged", "scored", "fixed_p", "fixed_pp"), grid),
        "histogram": (*grid, BINS),
        "together": (cells, needs, needs),
    }


def _build(
    needs: Sequence[str],
    by: Sequence[str],
    cells: tuple[Key, ...],
    arrays: dict[str, Ints],
    folded: dict[str, int],
) -> Summary:
    return Summary(
        needs=tuple(needs),
        by=tuple(by),
        cells=cells,
        n=arrays["n"],
        unread=arrays["unread"],
        tagged=arrays["tagged"],
        scored=arrays["scored"],
        fixed_p=arrays["fixed_p"],
        fixed_pp=arrays["fixed_pp"],
        histogram=arrays["histogram"],
        together=arrays["together"],
        folded=folded,
    )
