"""Weeks and months: what period a conversation falls in, and whether a period is whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.exceptions import InputError
from convcat.tagged import Tagged

Every = Literal["month", "week"]
_EDGE = 2  # days without a conversation that a whole period may begin or end with


def spanned(first: date, last: date, every: Every) -> tuple[tuple[str, ...], tuple[bool, ...]]:
    """Return the periods from one day to another, and which of them are covered only in part.

    Examples
    --------
    >>> spanned(date(2026, 3, 1), date(2026, 4, 9), "month")
    (('2026-03', '2026-04'), (False, True))
    """
    starts = [_start(first, every)]
    while (following := _next(starts[-1], every)) <= last:
        starts.append(following)
    partial = [False] * len(starts)
    partial[0] = first - starts[0] > timedelta(days=_EDGE)
    end = _next(starts[-1], every) - timedelta(days=1)
    partial[-1] = partial[-1] or end - last > timedelta(days=_EDGE)
    return tuple(_name(start, every) for start in starts), tuple(partial)


def places(
    days: Sequence[date | None], names: Sequence[str], every: Every
) -> npt.NDArray[np.int64]:
    """Return which of some periods each day falls in; -1 where there is no day."""
    at = {name: i for i, name in enumerate(names)}
    known = {day: at[_name(_start(day, every), every)] for day in set(days) if day is not None}
    return np.asarray([-1 if day is None else known[day] for day in days], dtype=np.int64)


def times_of(tagged: Tagged, *, lacking: str) -> pa.ChunkedArray:
    """Return the column of times; ``lacking`` says what cannot be done without it.

    Raises
    ------
    InputError
        If the table has no column ``time``, or it holds no dates.
    """
    if "time" not in tagged.table.column_names:
        raise InputError(f"The tagged table has no column 'time', so {lacking}.")
    column = tagged.table["time"]
    if not pa.types.is_temporal(column.type) or pa.types.is_time(column.type):
        raise InputError(f"The column 'time' holds no dates, so {lacking}.")
    return column


def days_of(tagged: Tagged) -> list[date | None]:
    """Return the day of each row that was read and has one.

    Raises
    ------
    InputError
        If the table has no column ``time``, or it holds no dates.
    """
    column = times_of(tagged, lacking="there is no trend to see")
    days = pc.cast(pc.cast(column, pa.timestamp("us", _zone(column.type))), pa.date32())
    coded = days.combine_chunks().dictionary_encode()  # each day is made an object once
    known = np.asarray([*coded.dictionary.to_pylist(), None], dtype=object)
    code = np.asarray(coded.indices.fill_null(-1), dtype=np.int64)
    told: list[date | None] = known[np.where(tagged.ok, code, -1)].tolist()
    return told


def _name(start: date, every: Every) -> str:
    return f"{start:%Y-%m}" if every == "month" else start.isoformat()


def _zone(kind: Any) -> str | None:
    return kind.tz if pa.types.is_timestamp(kind) else None


def _start(day: date | datetime, every: Every) -> date:
    if every == "month":
        return date(day.year, day.month, 1)
    return date(day.year, day.month, day.day) - timedelta(days=day.weekday())


def _next(start: date, every: Every) -> date:
    if every == "week":
        return start + timedelta(days=7)
    return date(start.year + start.month // 12, start.month % 12 + 1, 1)
