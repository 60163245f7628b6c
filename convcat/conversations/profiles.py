"""What a column's cells look like, from a sample: the evidence besides its name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import pyarrow as pa

from convcat.conversations.nested import cell_of
from convcat.conversations.times import parse_time
from convcat.conversations.values import BLANK

_LOOKED_AT = 500


def cells_of(table: pa.Table, name: str) -> list[str | None]:
    """Return a column as text, whatever its type; nulls stay."""
    column = table[name]
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return column.to_pylist()  # type: ignore[no-any-return]
    if pa.types.is_dictionary(column.type):
        return [cell_text(value) for value in column.to_pylist()]
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        # Python's moments end at microseconds; what is finer is of no interest here.
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return [cell_text(value) for value in column.to_pylist()]


def cell_text(value: Any) -> str | None:
    """Return any value as the text of a cell.

    Examples
    --------
    >>> [cell_text(value) for value in (2.0, None, date(2024, 5, 1))]
    ['2', None, '2024-05-01']
    """
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value != value:  # NaN is how pandas says null  # noqa: PLR0124
        return None
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if value is None or isinstance(value, str | bool | int | float | list | dict):
        return cell_of(value)
    return str(value)


@dataclass(frozen=True)
class Profile:
    """A column in figures.

    Attributes
    ----------
    name : str
    seen : int
        Cells of the sample.
    filled : int
        Those that hold something.
    values : tuple of str
        What some of these hold, evenly drawn, in order.
    repeats : bool
        Whether any filled cell is there twice.
    """

    name: str
    seen: int
    filled: int
    values: tuple[str, ...]
    repeats: bool

    def share(self, test: Any) -> float:
        """Return the share of filled cells that pass a test; 0 where none is filled."""
        return sum(bool(test(value)) for value in self.values) / max(1, len(self.values))

    @cached_property
    def distinct(self) -> float:
        """Share of filled cells that differ from every earlier one."""
        return len(set(self.values)) / max(1, len(self.values))

    @cached_property
    def words(self) -> float:
        """Mean number of words of a filled cell."""
        return sum(value.count(" ") + 1 for value in self.values) / max(1, len(self.values))

    @cached_property
    def is_numeric(self) -> bool:
        """Whether most cells are numbers."""
        return self.share(_is_number) > 0.6

    @cached_property
    def is_time(self) -> bool:
        """Whether most cells are dates or moments, and not just whole numbers."""
        return self.share(parse_time) > 0.6

    @cached_property
    def is_nested(self) -> bool:
        """Whether the cells are lists or objects of JSON, whatever words stand within."""
        return self.share(lambda value: value.startswith(("[{", '{"', "[["))) > 0.5

    @cached_property
    def is_prose(self) -> bool:
        """Whether the cells are varied texts of several words."""
        return (
            self.filled > 0
            and self.words >= 2.5
            and self.share(lambda value: " " in value) > 0.4
            and (self.distinct > 0.3 or self.filled < 20)
            and not self.is_time
            and not self.is_nested
        )


def profile(table: pa.Table, name: str) -> Profile:
    """Return the figures of one column of a sample."""
    cells = cells_of(table, name)
    said = [
        cell.strip() for cell in cells if cell is not None and cell.strip().lower() not in BLANK
    ]
    step = max(1, len(said) // _LOOKED_AT)
    return Profile(
        name=name,
        seen=len(cells),
        filled=len(said),
        values=tuple(said[::step]),
        repeats=len(set(said)) < len(said),
    )


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", ""))
    except ValueError:
        return False
    return True
