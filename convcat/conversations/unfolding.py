"""Tables in which a cell holds a conversation's messages, or a whole record: these become rows."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import msgspec
import pyarrow as pa

from convcat.conversations.headers import folded
from convcat.conversations.nested import MESSAGE_LISTS, flat_rows, holds_messages
from convcat.conversations.profiles import cells_of
from convcat.conversations.rows import Rows, cut, names_apart, string_table

_NAMES = frozenset(
    [*MESSAGE_LISTS, "conversation", "dialogue", "dialog", "chat", "thread", "message list", "conversation history",
     "chat history", "message history", "full conversation"]
)  # fmt: skip
_RECORDS = frozenset(
    ["payload", "json", "raw", "raw json", "data", "record", "event", "event data", "document", "doc", "ticket", "object", "value"]
)  # fmt: skip
_MOST = 0.8
_LOOKED_AT = 50
_LONGEST = 4 << 20  # characters of a cell; Python's literals cost a hundred times as much to read


def unfolded(rows: Rows) -> Rows:
    """Return the rows with a message each, where a column holds lists of these; else as they are.

    Parameters
    ----------
    rows : Rows
        Of a format that has columns.
    """
    asked = [name for name in rows.header if folded(name) in _NAMES]
    whole = [name for name in rows.header if folded(name) in _RECORDS]
    if not asked and not whole:
        return rows
    sample = next(iter(rows.batches(_LOOKED_AT, Counter())), None)
    for name in asked if sample is not None else ():
        said = [cell for cell in _lists(sample, name) if cell is not None]
        if any(holds_messages(messages) for messages in said):
            return Unfolded(rows, name)
    for name in whole if sample is not None else ():
        records = [_record(cell) is not None for cell in cells_of(sample, name) if cell]
        if records and sum(records) > _MOST * len(records):
            return Unfolded(rows, name, whole=True)
    return rows


class Unfolded:
    """The messages or records in a table's cells, with the rest of their row beside them.

    Parameters
    ----------
    rows : Rows
    column : str
        The one that holds the messages.
    whole : bool
        Whether it holds whole records instead, each an object of JSON.
    """

    def __init__(self, rows: Rows, column: str, *, whole: bool = False) -> None:
        self._whole = whole
        self.name = rows.name
        self.notes = rows.notes
        self.facts = rows.facts
        self._rows = rows
        self._column = column
        # A later message may have a field that no earlier one has, so all are looked at once.
        names: dict[str, None] = {}
        for flat in self._flat(_LOOKED_AT, Counter()):
            names.update(dict.fromkeys(flat))
        self._keys = list(names)
        self.header = names_apart(self._keys, self.name)

    def batches(
        self, size: int, broken: Counter[str], text_column: str | None = None
    ) -> Iterator[pa.Table]:
        """Give the rows in batches (see `Rows`)."""
        del text_column
        return cut(self._tables(size, broken), size)

    def _tables(self, size: int, broken: Counter[str]) -> Iterator[pa.Table]:
        held: list[dict[str, str | None]] = []
        for flat in self._flat(size, broken):
            held.append(flat)
            if len(held) >= size:
                yield self._table(held)
                held = []
        if held:
            yield self._table(held)

    def _table(self, held: list[dict[str, str | None]]) -> pa.Table:
        columns = [[flat.get(key) for flat in held] for key in self._keys]
        return string_table(self.header, columns)

    def _flat(self, size: int, broken: Counter[str]) -> Iterator[dict[str, str | None]]:
        path = self._column if self._column in MESSAGE_LISTS else "messages"
        number = 0
        for table in self._rows.batches(size, broken):
            others = [name for name in table.column_names if name != self._column]
            columns = [cells_of(table, name) for name in others]
            for at, inner in enumerate(self._held(table)):
                number += 1
                place = f"{self.name}:{number}"
                record: dict[str, Any] = {
                    name: cells[at] for name, cells in zip(others, columns, strict=True)
                }
                if not inner:
                    yield record
                elif isinstance(inner, dict):
                    yield from ({**record, **row} for row in flat_rows(inner, place))
                else:
                    record.pop(path, None)
                    yield from flat_rows({**record, path: inner}, place)

    def _held(self, table: pa.Table) -> Iterator[list[Any] | dict[str, Any] | None]:
        """Give what each row's cell holds: messages, or a whole record."""
        if self._whole:
            return map(_record, cells_of(table, self._column))
        return _lists(table, self._column)


def _lists(table: pa.Table, name: str) -> Iterator[list[Any] | None]:
    """Give the lists of objects that a column holds, as such or as text."""
    for cell in table[name].to_pylist():
        found = _parsed(cell) if isinstance(cell, str) else cell
        if isinstance(found, dict):
            found = next((inner for inner in found.values() if isinstance(inner, list)), None)
        if isinstance(found, list) and found and all(isinstance(one, dict) for one in found):
            yield [_plain(one) for one in found]
        else:
            yield None


def _record(cell: str | None) -> dict[str, Any] | None:
    """Return the object of JSON that a cell holds."""
    found = _parsed(cell) if cell and cell.lstrip().startswith("{") else None
    return found if isinstance(found, dict) and found else None


def _parsed(cell: str) -> Any:
    cell = cell.strip()
    if not cell.startswith(("[", "{")) or len(cell) > _LONGEST:
        return None
    try:
        return msgspec.json.decode(cell)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        pass
    if len(cell) > _LONGEST // 64 or "'" not in cell:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes
            return ast.literal_eval(cell)  # what pandas writes of a list: values alone, no code
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None


def _plain(value: Any) -> Any:
    """Return a message with its moments as text."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime | date) else value
