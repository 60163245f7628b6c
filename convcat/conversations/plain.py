"""Blocks of a CSV as Arrow reads them, wherever Python's reader would give the same rows.

Arrow reads quotes as Python's ``csv`` does, twenty times as fast. What is odd about a block is left
to :class:`~convcat.conversations.delimited.Delimited`, which mends rows and counts what it cannot:
rows with too few or too many cells, lines that a quote may have swallowed, NUL bytes.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from convcat.conversations.dialects import Dialect
from convcat.conversations.margins import (
    EMPTY_LINE,
    FIRST,
    HEADER_AGAIN,
    goes_on,
    is_sum,
)

_BLOCK = 4 << 20
_MOST = 32 << 20  # bytes of a block in which no row ends
_LAST = "\x1c"
_LINE_END = re.compile(r"\r\n|\r|\n")


class Blocks:
    """The rows of a CSV in UTF-8 after its header, block by block, until one has to be left.

    Parameters
    ----------
    stream : binary file
        At its start, behind a byte-order mark.
    dialect : Dialect

    Attributes
    ----------
    begun : bool
        Whether the header has been passed.
    rows : int
        Rows so far, as the reader counts them.
    left : bytes
        What was drawn from the stream and not given; the rest of the stream comes after it.
    """

    def __init__(self, stream: BinaryIO, dialect: Dialect) -> None:
        self._stream, self._dialect = stream, dialect
        self._width = len(dialect.header)
        self.begun = False
        self.rows = 0
        self.left = b""

    def __iter__(self) -> Iterator[tuple[bytes, pa.Table | None]]:
        """Give blocks of whole rows: their bytes, and the rows of those that hold nothing odd."""
        if self._dialect.quoting != "quoted" or self._dialect.skip or self._width < 2:
            return
        self._draw()
        if not self._pass_header():
            return
        while self.left:
            if (end := self._end_of_rows()) is None:
                return
            block = self.left[:end]
            if b"\x00" in block or (table := self._table(block)) is None:
                return
            self.left = self.left[end:]
            yield block, table if table.num_columns else None
            self._draw()

    def back(self, block: bytes) -> None:
        """Take back a block that has to be read together with what follows."""
        self.left = block + self.left

    def _draw(self) -> bool:
        more = self._stream.read(_BLOCK)
        self.left += more
        self._at_end = not more
        return bool(more)

    def _pass_header(self) -> bool:
        lines = self.left[: 1 << 16].splitlines(keepends=True)
        try:
            texts = [line.decode("utf-8") for line in lines[:-1]]
            record: list[str] = next(self._dialect.reader(iter(texts[:1])), [])
        except (UnicodeDecodeError, ValueError):
            return False
        if tuple(record) != self._dialect.header or texts[0].count('"') % 2:
            return False
        self.left = self.left[len(lines[0]) :]
        self.begun = True
        return True

    def _end_of_rows(self) -> int | None:
        """Return where the last whole row ends, by the quotes before it; None where none does."""
        while True:
            end, quotes = len(self.left), self.left.count(b'"')
            if self._at_end:
                return end
            while (at := self.left.rfind(b"\n", 0, end)) >= 0:
                quotes -= self.left.count(b'"', at, end)
                if quotes % 2 == 0:
                    return at + 1
                end = at
            if len(self.left) > _MOST:
                return None
            self._draw()

    def _table(self, block: bytes) -> pa.Table | None:
        """Return the rows of a block; without columns if one is odd, None if it is no whole block."""
        odd: list[Any] = []

        def skip(row: Any) -> str:
            odd.append(row)
            return "skip"

        names = [str(i) for i in range(self._width)]
        # A last row of our own: inside a quote that is still open it would not be found again.
        last = self._dialect.delimiter.join([_LAST] * self._width).encode()
        whole = b"\n".join([block, last])
        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(whole),
                arrow_csv.ReadOptions(
                    column_names=names, use_threads=False, block_size=len(whole) + 1
                ),
                arrow_csv.ParseOptions(
                    delimiter=self._dialect.delimiter,
                    newlines_in_values=True,
                    invalid_row_handler=skip,
                ),
                arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    null_values=[""],
                    strings_can_be_null=True,
                ),
            )
        except (pa.ArrowException, UnicodeDecodeError):
            return None
        rows = table.num_rows - 1
        if rows < 0 or any(column[rows].as_py() != _LAST for column in table.columns):
            return None
        table = table.slice(0, rows)
        return pa.table({}) if odd or self._swallows(table) else table

    def _swallows(self, table: pa.Table) -> bool:
        """Return whether a row of many lines may be several rows behind a quote."""
        breaks = np.zeros(table.num_rows, dtype=np.int64)
        for column in table.columns:
            breaks += _line_ends(column)
        many = np.flatnonzero(breaks >= (3 if self._width > 2 else 50))
        if not many.size:
            return False
        delimiter = self._dialect.delimiter
        rows = table.take(pa.array(many))
        # Two lines that are rows have more cells between them than the row they are in.
        inside = [pc.fill_null(pc.count_substring(one, delimiter), 0) for one in rows.columns]
        enough = np.sum(inside, axis=0) >= self._width - 1
        for row in rows.filter(pa.array(enough)).to_pylist():
            inner = _LINE_END.split(delimiter.join(cell or "" for cell in row.values()))[1:201]
            wide = sum(line.count(delimiter) >= self._width - 1 for line in inner)
            if wide >= max(1, 0.8 * len(inner)):
                return True
        return False


def _line_ends(column: pa.ChunkedArray) -> npt.NDArray[np.intp]:
    """Return at least how many line ends each cell has."""
    cells = column.combine_chunks()
    _, places, content = cells.buffers()
    bounds = np.frombuffer(places, dtype=np.int32)[cells.offset :][: len(cells) + 1]
    signs = np.frombuffer(content or b"", dtype=np.uint8)
    ends = np.flatnonzero((signs == ord("\n")) | (signs == ord("\r")))
    row = np.searchsorted(bounds, ends, side="right") - 1
    return np.bincount(row[row < len(cells)], minlength=len(cells))


def told_apart(table: pa.Table, header: tuple[str, ...], broken: Counter[str]) -> pa.Table:
    """Set rows without any cell aside, and the header where it stands again, and count them."""
    empty = _all(pc.is_null(column) for column in table.columns)
    again = _all(
        pc.fill_null(pc.equal(column, cell), fill_value=False) if cell else pc.is_null(column)
        for cell, column in zip(header, table.columns, strict=True)
    )
    gone = empty | again
    if not gone.any():
        return table
    broken[EMPTY_LINE] += int(empty.sum())
    broken[HEADER_AGAIN] += int(again.sum())
    return table.filter(pa.array(~gone))


def is_inside(table: pa.Table, header: tuple[str, ...], text_at: int, number: int) -> bool:
    """Return whether neither the first rows of a file nor a block's last one are in its margins."""

    def row(at: int) -> list[str | None]:
        return [column[at].as_py() for column in table.columns]

    first = range(min(max(FIRST - number, 0), table.num_rows))
    if any(goes_on(row(at), header) for at in first):
        return False
    return not table.num_rows or not is_sum(row(table.num_rows - 1), text_at)


def _all(conditions: Iterable[Any]) -> npt.NDArray[np.bool_]:
    """Return which rows meet every condition; none is asked once no row is left."""
    found: npt.NDArray[np.bool_] | None = None
    for condition in conditions:
        held = np.asarray(condition, dtype=bool)
        found = held if found is None else found & held
        if not found.any():
            break
    assert found is not None
    return found


class Led(io.RawIOBase):
    """Some bytes, and a stream behind them.

    Parameters
    ----------
    head : bytes
    stream : binary file
    """

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream = io.BytesIO(head), stream

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read some bytes."""
        data = self._head.read(len(buffer)) or self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
