"""Slice columns: any column of a tagged table as values to slice by, crossed into cells."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.exceptions import InputError, did_you_mean
from convcat.tagged import Tagged

REST = "(rest)"
"""The value that small values beyond the cap are folded into."""
MAX_VALUES = 200
"""How many values of one slice column are kept apart unless told otherwise."""
_FEW_COMBINATIONS = 1 << 16  # of codes, that are looked up rather than sorted

Ints = npt.NDArray[np.int64]
Key = tuple[str | None, ...]


def slice_values(tagged: Tagged, name: str) -> pa.Array:
    """Return one column as text to slice by: whole numbers without ``.0``, blanks as null.

    ``"month"`` is made from ``time`` (``"2024-03"``) where the table has no such column.

    Raises
    ------
    InputError
        If there is no such column, or its values cannot be slices (lists, structures).
    """
    return _values(tagged.table, name)


def check_slice(schema: pa.Schema, name: str) -> None:
    """Prove that a column can be sliced by.

    Raises
    ------
    InputError
        As :func:`slice_values`.
    """
    _values(schema.empty_table(), name)


def _values(table: pa.Table, name: str) -> pa.Array:
    if name == "month" and name not in table.column_names and "time" in table.column_names:
        column = table["time"]
        if not pa.types.is_temporal(column.type):
            raise InputError("The column 'time' holds no dates, so there is no month to slice by.")
        return _months(column)
    if name not in table.column_names:
        near = did_you_mean(name, table.column_names)
        raise InputError(f"The tagged table has no column {name!r} to slice by.{near}")
    column = table[name].combine_chunks()
    if isinstance(column, pa.ChunkedArray):  # an empty table keeps its chunks
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_floating(column.type):
        finite = [v if v is not None and math.isfinite(v) else None for v in column.to_pylist()]
        text = [None if v is None else str(int(v)) if v == int(v) else repr(v) for v in finite]
        return pa.array(text, pa.string())
    try:
        values = pc.utf8_trim_whitespace(pc.cast(column, pa.string()))
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        raise InputError(f"The column {name!r} holds values that cannot be sliced by.") from None
    return pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)


def _months(column: pa.ChunkedArray) -> pa.Array:
    """Return the month of each moment as text, where the moment was: a day is written once."""
    days = pc.dictionary_encode(_local_days(column)).unify_dictionaries()
    if not days.num_chunks:
        return pa.array([], pa.string())
    named = pc.strftime(days.chunk(0).dictionary, format="%Y-%m")
    return named.take(pa.chunked_array([chunk.indices for chunk in days.chunks]).combine_chunks())


def days_told(column: pa.ChunkedArray) -> tuple[str, ...]:
    """Return the days that some moments fall on, where they were, as text, in order."""
    told = pc.strftime(_local_days(column).unique(), "%Y-%m-%d").to_pylist()
    return tuple(sorted(day for day in told if day is not None))


def _local_days(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_timestamp(column.type):
        return column
    return (pc.local_timestamp(column) if column.type.tz else column).cast(pa.date32())


def order(key: Key) -> tuple[tuple[bool, str], ...]:
    """Sort cells by their values, null last."""
    return tuple((value is None, value or "") for value in key)


def coded(
    values: pa.Array, kept: npt.NDArray[np.bool_], max_values: int | None
) -> tuple[Ints, list[str | None], int]:
    """Return a code per row, the values by code and how many values were folded."""
    encoded = values.dictionary_encode()
    names: list[str | None] = [*encoded.dictionary.to_pylist(), None]
    codes = np.asarray(encoded.indices.fill_null(len(names) - 1), dtype=np.int64)
    counts = np.bincount(codes[kept], minlength=len(names))
    present = [i for i in np.flatnonzero(counts) if names[i] is not None]
    if max_values is None or len(present) <= max_values:
        return codes, names, 0
    present.sort(key=lambda i: (-counts[i], str(names[i])))
    small = np.zeros(len(names), dtype=bool)
    small[present[max_values:]] = True
    codes = np.where(small[codes], len(names), codes)
    return codes, [*names, REST], len(present) - max_values


def cross(
    columns: list[tuple[Ints, list[str | None]]], kept: npt.NDArray[np.bool_]
) -> tuple[Ints, tuple[Key, ...]]:
    """Return the cell of each kept row, and the sorted keys of the cells that occur."""
    if not columns:
        return np.zeros(int(kept.sum()), dtype=np.int64), ((),)
    found, cell = _combined([codes[kept] for codes, _ in columns])
    keys = [tuple(columns[j][1][code] for j, code in enumerate(row)) for row in found]
    # Two codes may share a value (a real "(rest)" beside the folded one): they are one cell.
    cells = tuple(sorted(set(keys), key=order))
    at = {key: i for i, key in enumerate(cells)}
    place = np.asarray([at[key] for key in keys], dtype=np.int64)
    return place[np.asarray(cell).reshape(-1)] if keys else np.zeros(0, np.int64), cells


def _combined(columns: list[Ints]) -> tuple[Ints, Ints]:
    """Return the combinations of codes that occur, in order, and which of them each row has."""
    widths = [int(codes.max(initial=0)) + 1 for codes in columns]
    if math.prod(widths) > _FEW_COMBINATIONS:
        found, cell = np.unique(np.column_stack(columns), axis=0, return_inverse=True)
        return found, np.asarray(cell).reshape(-1)
    joined = np.ravel_multi_index(columns, widths)
    present = np.flatnonzero(np.bincount(joined))
    place = np.zeros(math.prod(widths), dtype=np.int64)
    place[present] = np.arange(len(present))
    return np.column_stack(np.unravel_index(present, widths)), place[joined]
