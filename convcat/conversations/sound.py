"""Tables of other makers, made such that every cell can be read: names, texts and moments.

Parquet files and dataframes may hold texts that are no UTF-8 and moments that no calendar has;
either would break whoever reads the cell, long after the file was opened.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from convcat.exceptions import InputError

_DAYS = (-719_162, 2_932_896)  # of the years 1 to 9999, from 1970 on
_SECONDS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_LONGEST = 999_999_999 * 86_400  # seconds of a duration


def sound(table: pa.Table, source: str) -> pa.Table:
    r"""Return the table with broken characters replaced and impossible moments empty.

    Parameters
    ----------
    table : pyarrow.Table
    source : str
        For messages.

    Raises
    ------
    InputError
        If a column of lists or records holds texts that are no UTF-8.

    Examples
    --------
    >>> import pyarrow as pa
    >>> broken = pa.array([b"caf\xe9"]).view(pa.string())
    >>> sound(pa.table({"text": broken, "at": pa.array([2**62], pa.timestamp("us"))}), "a").to_pylist()
    [{'text': 'caf�', 'at': None}]
    """
    for i, field in enumerate(table.schema):
        column = table[i]
        bounds = _bounds(field.type)
        if bounds is not None:
            mended = _within(column, *bounds)
        elif _is_valid(column):
            continue
        elif pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            raw = column.cast(pa.large_binary()).to_pylist()
            cells = [cell if cell is None else cell.decode("utf-8", "replace") for cell in raw]
            mended = pa.chunked_array([pa.array(cells, field.type)])
        else:
            raise InputError(f"{source}: the column {field.name!r} holds text that is no UTF-8.")
        if mended is not column:
            table = table.set_column(i, field, mended)
    return table


def _is_valid(column: pa.ChunkedArray) -> bool:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _bounds(kind: pa.DataType) -> tuple[pa.DataType, int, int] | None:
    """Return the numbers that a moment or a duration may be, and how they are stored."""
    if pa.types.is_date32(kind):
        return pa.int32(), *_DAYS
    if pa.types.is_date64(kind):
        return pa.int64(), _DAYS[0] * 86_400_000, _DAYS[1] * 86_400_000
    if pa.types.is_timestamp(kind):
        unit = _SECONDS[kind.unit] * 86_400
        # A day less at each end: zones shift what stands there.
        low, high = (_DAYS[0] + 1) * unit, (_DAYS[1] - 1) * unit
        return pa.int64(), max(low, -(2**63)), min(high, 2**63 - 1)
    if pa.types.is_duration(kind):
        most = min(_LONGEST * _SECONDS[kind.unit], 2**63 - 1)
        return pa.int64(), -most, most
    return None


def _within(column: pa.ChunkedArray, kind: pa.DataType, low: int, high: int) -> Any:
    """Return the column without the numbers beyond the bounds, or itself if it has none."""
    numbers = pa.chunked_array([chunk.view(kind) for chunk in column.chunks], kind)
    found = pc.min_max(numbers).as_py()
    if found["min"] is None or (found["min"] >= low and found["max"] <= high):
        return column
    kept = pc.and_(pc.greater_equal(numbers, low), pc.less_equal(numbers, high))
    return pc.if_else(kept, column, pa.scalar(None, column.type))
