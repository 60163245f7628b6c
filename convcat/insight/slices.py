"""Which columns to slice by, and the additive counts that every slice is read from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from convcat.insight.impact_outcomes import NPS, VALUE, named_in
from convcat.insight.slice_columns import REST, check_slice, coded, slice_values
from convcat.tagged import Tagged, columns_for

if TYPE_CHECKING:
    from convcat.insight.digest import Digest

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
    "order_value": "is a measure",
    "order_number": "tells orders apart",
    "order_match": "is how an order was found",
    "context": "is what the shop asked",
}
_MOST_VALUES = 60  # a column that nobody named may have no more
_LARGE = 1 << 40  # numbers of combinations that are still far from overflowing
_KEPT_VALUES = 400  # of a column that was named: the largest values, the rest unsliced
_MOST_PAIRS = 200_000  # of values of two columns
_STEP = float(1 << 24)
_DATE = re.compile(r"\d{1,4}([-/. ])(\d{1,2}|[A-Za-z]{3,9})\1\d{1,4}(\D.*)?$")

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Choice:
    """A column to slice by, and its values that are slices."""

    name: str
    values: tuple[str, ...]

    def codes(self, tagged: Tagged) -> Column:
        """Return the column of a table, or of a piece of one, as codes."""
        codes, names, _ = coded(slice_values(tagged, self.name), tagged.ok, None)
        at = {value: i for i, value in enumerate(self.values)}
        to = np.asarray([at.get(str(name), -1) if name is not None else -1 for name in names])
        return Column(self.name, to[codes].astype(np.int64), self.values)


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
        # Kept to a 2**-24 th, sums are exact: no order of adding changes a digit.
        found, m = codes[first, 1:], scores[rows]
        return cls(
            columns=tuple(column.name for column in columns),
            values=tuple(column.values for column in columns),
            codes=found,
            n=np.bincount(place, minlength=len(found)).astype(np.float64),
            s1=sums(place, exact(m), len(found)),
            s2=sums(place, exact(m**2), len(found)),
            s3=np.asarray(exact(m**3).sum(axis=0)),
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


def pick_columns(
    digest: Digest, by: Sequence[str] | None, min_size: int
) -> tuple[list[Choice], dict[str, str]]:
    """Return the columns to slice by, and why each of the others is left out.

    Parameters
    ----------
    digest : Digest
        Of the tagged table.
    by : sequence of str or None
        Columns that were asked for; ``None`` picks.
    min_size : int
        Conversations that a value needs; at least two values must have them.

    Returns
    -------
    list of Choice, dict of str to str

    Raises
    ------
    InputError
        If a column that was asked for does not exist or cannot be sliced by.
    """
    choices: list[Choice] = []
    left_out: dict[str, str] = {}
    for name in _candidates(digest) if by is None else dict.fromkeys(by):
        reason = "is kept apart always" if name == "kind" else ""
        if by is None:
            reason = reason or _unfit(digest, name)
        if reason:
            left_out[name] = reason
            continue
        if by is not None:
            check_slice(digest.schema, name)
        counts = digest.census.values.get(name)
        if isinstance(counts, int) or (not counts and len(digest)):
            left_out[name] = (
                f"has more than {counts:,} values" if counts else "holds no values to slice by"
            )
            continue
        values, folded = _largest(digest.read_values(name) if counts else {}, min_size)
        if len(values) < 2:
            left_out[name] = f"has fewer than two values with {min_size} conversations"
        else:
            choices.append(Choice(name, values))
            if folded:
                left_out[f"{name}: its {folded} smallest values"] = (
                    "are more than can be told apart"
                )
    return _few_pairs(choices, left_out), left_out


def may_slice(field: pa.Field, needs: tuple[str, ...]) -> bool:
    """Return whether a column may be sliced by though nobody named it."""
    ours = {*columns_for(needs), "time", *_NEVER}
    return field.name not in ours and _is_categorical(field.type)


def _is_categorical(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_string_view(kind)
    )


def _candidates(digest: Digest) -> list[str]:
    names = digest.schema.names
    ours = {*columns_for(digest.needs), "time"}
    month = ["month"] if "month" not in names and "time" in names else []
    present = [*names, *month]
    first = [name for name in PREFERRED if name in present]
    return [*first, *(name for name in names if name not in {*first, *ours})]


def _unfit(digest: Digest, name: str) -> str:
    """Return why a column that nobody asked for is not sliced by; empty if it may be."""
    if name in _NEVER:
        return _NEVER[name]
    if named_in([name], (*NPS, *VALUE)):
        return _NEVER["csat"] if named_in([name], NPS) else "is a measure"
    if name in PREFERRED:
        return ""
    kind = digest.schema.field(name).type
    if pa.types.is_temporal(kind.value_type if pa.types.is_dictionary(kind) else kind):
        return "is a date"
    if not _is_categorical(kind):
        return "holds numbers or structures: name it in by= to slice by it"
    counts = digest.census.values[name]
    if isinstance(counts, int):
        return f"has many values (more than {counts:,}): name it in by= to slice by it"
    values = digest.values(name)
    if values and all(_DATE.match(str(value)) for value in values):
        return "is a date"
    distinct = len(values)
    if distinct > _MOST_VALUES:
        many = "tells conversations apart" if distinct > len(digest) / 3 else "has many values"
        return f"{many} ({distinct}): name it in by= to slice by it"
    return ""


def _largest(counts: dict[str | None, int], min_size: int) -> tuple[tuple[str, ...], int]:
    """Return the values with enough conversations, and how many others are beyond the cap."""
    present = sorted((v for v, n in counts.items() if n and v is not None), key=_by_size(counts))
    kept, gone = present[:_KEPT_VALUES], max(0, len(present) - _KEPT_VALUES)
    values = (v for v in kept if counts[v] >= min_size and not (gone and v == REST))
    return tuple(sorted(values)), gone


def _by_size(counts: dict[str | None, int]) -> Any:
    return lambda value: (-counts[value], str(value))


def _few_pairs(choices: list[Choice], left_out: dict[str, str]) -> list[Choice]:
    """Leave out columns, those found last first, until their pairs of values can be held."""
    while len(choices) > 1:
        sizes = [len(choice.values) for choice in choices]
        if sum(a * b for a, b in combinations(sizes, 2)) <= _MOST_PAIRS:
            break
        left_out[choices[-1].name] = "makes more combinations with the others than can be held"
        choices = choices[:-1]
    return choices


def exact(values: Floats) -> Floats:
    """Return values to a 2**-24 th: their sums are exact, up to half a billion of them."""
    return np.asarray(np.rint(values * _STEP) / _STEP)


def sums(place: npt.NDArray[np.intp], columns: Floats, size: int) -> Floats:
    """Return the sum of each column over the rows of each place."""
    from scipy.sparse import csc_array

    rows = len(place)
    of = csc_array((np.ones(rows), place, np.arange(rows + 1)), shape=(size, rows))
    return np.asarray(of @ columns)
