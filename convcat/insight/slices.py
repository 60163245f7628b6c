"""Which columns to slice by, and the additive counts that every slice is read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.exceptions import InputError
from convcat.insight.slicing import REST, coded, slice_values
from convcat.tagged import Tagged, columns_for

PREFERRED = ("channel", "product", "carrier", "country", "month")
"""The columns that are sliced by wherever they stand in the table, in reading order."""

_NEVER = {
    "id": "tells conversations apart",
    "text": "is free text",
    "kind": "is kept apart always",
    "file": "is where a row came from",
    "rating": "is what an experience led to, not where it was had",
    "csat": "is what an experience led to, not where it was had",
    "response_minutes": "is a measure",
}
_MOST_VALUES = 60  # a column that nobody named may have no more
_LARGE = 1 << 40  # numbers of combinations that are still far from overflowing
_KEPT_VALUES = 400  # of a column that was named: the largest values, the rest unsliced

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Column:
    """One column as codes: ``-1`` where there is no value, or one of too few conversations."""

    name: str
    codes: Ints
    values: tuple[str, ...]


@dataclass(frozen=True)
class Cells:
    """Counts per combination of values that occurs; any slice is a sum of cells.

    Attributes
    ----------
    columns : tuple of str
    values : tuple of tuple of str
        Per column, the value of each code.
    codes : ndarray of int, shape (cells, columns)
    n : ndarray of float, shape (cells,)
        Conversations.
    s1, s2 : ndarray of float, shape (cells, needs)
        Sums of scores and of their squares.
    s3 : ndarray of float, shape (needs,)
        Sum of cubes, over all cells.
    tagged : ndarray of float, shape (cells, needs)
        Conversations that carry the tag.
    """

    columns: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    codes: Ints
    n: Floats
    s1: Floats
    s2: Floats
    s3: Floats
    tagged: Floats

    @classmethod
    def of(
        cls,
        columns: Sequence[Column],
        scores: Floats,
        tags: npt.NDArray[np.bool_],
        rows: npt.NDArray[np.bool_],
    ) -> Cells:
        """Count the given rows."""
        codes = np.column_stack(
            [np.zeros(int(rows.sum()), dtype=np.int64), *(column.codes[rows] for column in columns)]
        )
        joined = codes[:, 0]
        for k, column in enumerate(columns, start=1):  # one number per combination, kept small
            joined = joined * (len(column.values) + 1) + codes[:, k] + 1
            if joined.max(initial=0) > _LARGE:
                joined = np.unique(joined, return_inverse=True)[1]
        _, first, place = np.unique(joined, return_index=True, return_inverse=True)
        found, m = codes[first, 1:], scores[rows]
        return cls(
            columns=tuple(column.name for column in columns),
            values=tuple(column.values for column in columns),
            codes=found,
            n=np.bincount(place, minlength=len(found)).astype(np.float64),
            s1=sums(place, m, len(found)),
            s2=sums(place, m**2, len(found)),
            s3=np.asarray((m**3).sum(axis=0)),
            tagged=sums(place, tags[rows].astype(np.float64), len(found)),
        )


@dataclass(frozen=True)
class Slices:
    """Slices of one column (``pair`` False) and of two, with their sums.

    ``left`` and ``right`` are columns, ``a`` and ``b`` the codes of their values; ``right`` and
    ``b`` are -1 in slices of one column.
    """

    left: Ints
    a: Ints
    right: Ints
    b: Ints
    n: Floats
    s1: Floats
    s2: Floats
    tagged: Floats

    @property
    def pair(self) -> npt.NDArray[np.bool_]:
        """Which slices are of two columns."""
        return self.right >= 0

    def __len__(self) -> int:
        return len(self.n)

    def members(self, i: int, cells: Cells) -> npt.NDArray[np.bool_]:
        """Return which cells make up slice ``i``."""
        inside = cells.codes[:, self.left[i]] == self.a[i]
        if self.right[i] >= 0:
            inside &= cells.codes[:, self.right[i]] == self.b[i]
        return np.asarray(inside)


def of_one(cells: Cells, min_size: int) -> Slices:
    """Return the slices of one column that, like all else beside them, are large enough."""
    stacked = np.hstack([cells.s1, cells.s2, cells.tagged])
    parts = [_crossed(cells, (k,), stacked) for k in range(len(cells.columns))]
    return _large(_stack(parts, cells), cells.n.sum(), min_size)


def of_two(cells: Cells, min_size: int) -> Slices:
    """Return the slices of two columns that are large enough."""
    stacked = np.hstack([cells.s1, cells.s2, cells.tagged])
    both = combinations(range(len(cells.columns)), 2)
    parts = [_crossed(cells, columns, stacked) for columns in both]
    return _large(_stack(parts, cells), cells.n.sum(), min_size)


def pick_columns(
    tagged: Tagged, by: Sequence[str] | None, min_size: int
) -> tuple[list[Column], dict[str, str]]:
    """Return the columns to slice by, and why each of the others is left out.

    Parameters
    ----------
    tagged : Tagged
    by : sequence of str or None
        Columns that were asked for; ``None`` picks.
    min_size : int
        Conversations that a value needs; at least two values must have them.

    Returns
    -------
    list of Column, dict of str to str

    Raises
    ------
    InputError
        If a column that was asked for does not exist or cannot be sliced by.
    """
    columns: list[Column] = []
    left_out: dict[str, str] = {}
    for name in _candidates(tagged) if by is None else dict.fromkeys(by):
        reason = "is kept apart always" if name == "kind" else ""
        if by is None:
            reason = reason or _unfit(tagged, name)
        if reason:
            left_out[name] = reason
            continue
        try:
            column, large, folded = _encode(tagged, name, min_size)
        except InputError:
            if by is not None:
                raise
            left_out[name] = "holds no values to slice by"
            continue
        if large < 2:
            left_out[name] = f"has fewer than two values with {min_size} conversations"
        else:
            columns.append(column)
            if folded:
                left_out[f"{name}: its {folded} smallest values"] = (
                    "are more than can be told apart"
                )
    return columns, left_out


def _candidates(tagged: Tagged) -> list[str]:
    names = tagged.table.column_names
    ours = {*columns_for(tagged.needs), "time"}
    month = ["month"] if "month" not in names and "time" in names else []
    present = [*names, *month]
    first = [name for name in PREFERRED if name in present]
    return [*first, *(name for name in names if name not in {*first, *ours})]


def _unfit(tagged: Tagged, name: str) -> str:
    """Return why a column that nobody asked for is not sliced by; empty if it may be."""
    if name in _NEVER:
        return _NEVER[name]
    if name in PREFERRED:
        return ""
    column = tagged.table[name]
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_temporal(kind):
        return "is a date"
    if not (
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_string_view(kind)
    ):
        return "holds numbers or structures: name it in by= to slice by it"
    distinct = pc.count_distinct(column).as_py()
    if distinct > _MOST_VALUES:
        many = "tells conversations apart" if distinct > len(tagged) / 3 else "has many values"
        return f"{many} ({distinct}): name it in by= to slice by it"
    return ""


def _encode(tagged: Tagged, name: str, min_size: int) -> tuple[Column, int, int]:
    codes, names, folded = coded(slice_values(tagged, name), tagged.ok, _KEPT_VALUES)
    counts = np.bincount(codes[tagged.ok], minlength=len(names))
    keep = [
        i
        for i, value in enumerate(names)
        if value is not None and not (folded and value == REST) and counts[i] >= min_size
    ]
    keep.sort(key=lambda i: str(names[i]))
    to = np.full(len(names), -1, dtype=np.int64)
    to[keep] = np.arange(len(keep))
    return Column(name, to[codes], tuple(str(names[i]) for i in keep)), len(keep), folded


def sums(place: npt.NDArray[np.intp], columns: Floats, size: int) -> Floats:
    """Return the sum of each column over the rows of each place."""
    from scipy.sparse import csc_array

    rows = len(place)
    of = csc_array((np.ones(rows), place, np.arange(rows + 1)), shape=(size, rows))
    return np.asarray(of @ columns)


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


def _stack(parts: list[Slices], cells: Cells) -> Slices:
    needs = cells.s1.shape[1]
    none, blank = np.zeros(0, dtype=np.int64), np.zeros((0, needs))
    empty = Slices(none, none, none, none, np.zeros(0), blank, blank, blank)
    return Slices(
        *(np.concatenate([getattr(p, name) for p in (empty, *parts)]) for name in _ARRAYS)
    )


def _large(slices: Slices, total: float, min_size: int) -> Slices:
    keep = (slices.n >= min_size) & (total - slices.n >= min_size)
    return Slices(*(getattr(slices, name)[keep] for name in _ARRAYS))


_ARRAYS = ("left", "a", "right", "b", "n", "s1", "s2", "tagged")
