"""Reads CSV and its kin as a stream, mending what can be mended and counting what cannot."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO, TextIO

import pyarrow as pa

from convcat.conversations.archives import DAMAGE
from convcat.conversations.dialects import Dialect, find_dialect
from convcat.conversations.encodings import find_encoding, is_twice_encoded, once_encoded
from convcat.conversations.margins import EMPTY_LINE, FIRST, HEADER_AGAIN, SUM, records_of
from convcat.conversations.plain import Blocks, Led, is_inside, told_apart
from convcat.conversations.rows import (
    BATCH_CHARS,
    LONGEST_CELL,
    cut,
    names_apart,
    string_table,
)
from convcat.conversations.sources import Source
from convcat.exceptions import InputError

_SAMPLE = 1 << 18
UNCLOSED = "a line with a quote that is never closed"


class Delimited:
    """The rows of a CSV or TSV file.

    Parameters
    ----------
    source : Source
        The file.

    Raises
    ------
    InputError
        If it is empty, no table, or not text.
    """

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self.notes: list[str] = []
        self._source = source
        self._encoding = find_encoding(source)
        head = source.head(_SAMPLE + 1)
        decoder = io.IncrementalNewlineDecoder(None, translate=False)
        sample = decoder.decode(head[:_SAMPLE].decode(self._encoding, errors="ignore"))
        self._twice = is_twice_encoded(sample)
        if self._twice:
            self.notes.append("Its text was encoded twice; cells are read as they were meant.")
        self._dialect = find_dialect(sample, complete=len(head) <= _SAMPLE, source=self.name)
        if self._dialect.header:
            self.header = names_apart(self._dialect.header, self.name)
        else:
            self.header = names_apart([None] * self._dialect.width, self.name)
            self.notes.append("The first line holds data, not names: columns are called by number.")
        self.facts = {
            "format": "TSV" if self._dialect.delimiter == "\t" else "CSV",
            "encoding": self._encoding,
            "delimiter": self._dialect.name,
        }
        if self._dialect.quoting != "quoted":
            self.facts["quoting"] = self._dialect.quoting

    def batches(
        self, size: int, broken: Counter[str], text_column: str | None = None
    ) -> Iterator[pa.Table]:
        """Give the rows in batches (see `Rows`)."""
        with self._source.open() as raw:
            yield from self._batches(raw, size, broken, text_column)

    def _batches(
        self, raw: BinaryIO, size: int, broken: Counter[str], text_column: str | None
    ) -> Iterator[pa.Table]:
        encoding = self._encoding
        free = self.header.index(text_column) if text_column in self.header else -1
        free %= len(self.header)
        skip, number, head = self._dialect.skip + bool(self._dialect.header), 0, b""
        if encoding.startswith("utf-8") and not self._twice:
            if encoding == "utf-8-sig":
                raw.read(len(codecs.BOM_UTF8))
            encoding = "utf-8"
            blocks = Blocks(raw, self._dialect)
            yield from cut(self._plain(blocks, broken, free), size)
            skip, number, head = 0 if blocks.begun else skip, blocks.rows, blocks.left
        errors = "strict" if encoding == "utf-8" else "replace"
        whole = io.BufferedReader(Led(head, raw), 1 << 16)
        lines = _Lines(io.TextIOWrapper(whole, encoding, errors, newline=""), self.name)
        records = _Records(lines, self._dialect, broken, len(self.header), skip)
        yield from self._grouped(records, size, broken, free, number)

    def _plain(self, blocks: Blocks, broken: Counter[str], free: int) -> Iterator[pa.Table]:
        """Give the rows of blocks, as long as no row of one can reach beyond it."""
        for block, read in blocks:
            counts: Counter[str] = Counter()
            table = None if read is None else told_apart(read, self._dialect.header, counts)
            if table is not None:
                tables = [table.rename_columns(list(self.header))]
                header_below = counts[HEADER_AGAIN] > 0 and blocks.rows < FIRST
                reaches = header_below or not is_inside(
                    table, self._dialect.header, free, blocks.rows
                )
            else:
                lines = _Lines(io.StringIO(block.decode("utf-8"), newline=""), self.name)
                records = _Records(lines, self._dialect, counts, len(self.header), 0)
                tables = list(self._grouped(records, len(block), counts, free, blocks.rows))
                reaches = records.gave_back or counts[SUM] > 0
            if reaches:
                blocks.back(block)
                return
            broken.update(counts)
            blocks.rows += sum(table.num_rows for table in tables) + counts[HEADER_AGAIN]
            yield from tables

    def _grouped(
        self, records: _Records, size: int, broken: Counter[str], free: int, number: int
    ) -> Iterator[pa.Table]:
        rows: list[list[str]] = []
        chars = 0
        whole = _filled(records, len(self.header), free, self._dialect.delimiter, broken)
        for record in records_of(whole, self._dialect.header, broken, free, number):
            rows.append([once_encoded(cell) for cell in record] if self._twice else record)
            chars += records.chars
            if len(rows) >= size or chars > BATCH_CHARS:
                yield string_table(self.header, list(zip(*rows, strict=True)))
                rows, chars = [], 0
        if rows:
            yield string_table(self.header, list(zip(*rows, strict=True)))


def _filled(
    records: _Records, width: int, free: int, delimiter: str, broken: Counter[str]
) -> Iterator[list[str]]:
    """Give the records that hold anything, each as wide as the header."""
    for record in records:
        if len(record) != width:
            record = _mended(record, width, free, delimiter)  # noqa: PLW2901
        if any(record):
            yield record
        else:
            broken[EMPTY_LINE] += 1


def _mended(record: list[str], width: int, free: int, delimiter: str) -> list[str]:
    """Make a ragged record fit: pad a short one, and give commas back to the free text."""
    if len(record) < width:
        return record + [""] * (width - len(record))
    while len(record) > width and not record[-1].strip():
        record = record[:-1]
    if extra := len(record) - width:
        text = delimiter.join(record[free : free + extra + 1])
        record = [*record[:free], text, *record[free + extra + 1 :]]
    return record


def split(line: str, delimiter: str) -> list[str]:
    r"""Return the cells of a record in which quotes stand that nobody doubled.

    A quote ends a cell only before a delimiter or at the end.

    Examples
    --------
    >>> split('1,"A 12" pan, warped",2', ",")
    ['1', 'A 12" pan, warped', '2']
    >>> split('1,"never closed,2', ",")
    ['1', 'never closed', '2']
    """
    line = line.rstrip("\r\n")
    cells: list[str] = []
    at = 0
    while at <= len(line):
        end = -1
        if line.startswith('"', at):
            end = _closed(line, at + 1, delimiter)
        if end >= 0:
            cells.append(line[at + 1 : end].replace('""', '"'))
            at = end + 2
            continue
        end = line.find(delimiter, at)
        end = len(line) if end < 0 else end
        cells.append(line[at:end].removeprefix('"'))
        at = end + 1
    return cells


def _closed(line: str, at: int, delimiter: str) -> int:
    """Return where the quote stands that ends a cell, or -1; two in a row are one of its text."""
    while (at := line.find('"', at)) >= 0:
        run = at
        while line.startswith('"', run):
            run += 1
        if (run - at) % 2 and (run == len(line) or line.startswith(delimiter, run)):
            return run - 1
        at = run
    return -1


class _Lines:
    """Lines of a stream, with those of the record at hand remembered so that they can go back."""

    def __init__(self, stream: TextIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self._back: list[str] = []
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._back.pop() if self._back else self._read()
        if not line:
            raise StopIteration
        self.taken.append(line)
        return line

    def _read(self) -> str:
        try:
            line = self._stream.readline(LONGEST_CELL)
        except DAMAGE as error:
            raise InputError(
                f"{self._name} ends before its end: it is damaged ({error})."
            ) from None
        if len(line) >= LONGEST_CELL:
            raise InputError(
                f"{self._name} has a line of more than {LONGEST_CELL >> 20} million characters; "
                "that is no table of conversations."
            )
        return line.replace("\x00", "") if "\x00" in line else line

    def back(self, lines: list[str]) -> None:
        self._back.extend(reversed(lines))


class _Records:
    """Records of a delimited file, with those that an unclosed quote swallowed given back."""

    def __init__(
        self, lines: _Lines, dialect: Dialect, broken: Counter[str], width: int, skip: int
    ) -> None:
        self._lines, self._dialect, self._broken, self._width = lines, dialect, broken, width
        self._skip = skip
        self.chars = 0
        self.gave_back = False

    def __iter__(self) -> Iterator[list[str]]:
        reader: Any = self._dialect.reader(self._lines)
        to_skip = self._skip
        while True:
            self._lines.taken = []
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error:
                record = []
                self.gave_back = True
                reader = self._dialect.reader(self._lines)
            taken = self._lines.taken
            if not record and len(taken) == 1 and not taken[0].strip():
                continue
            if to_skip:
                to_skip -= any(cell.strip() for cell in record)
                continue
            if len(taken) > 1 and self._swallowed(record, taken):
                self._lines.back(taken[1:])
                self.gave_back = True
                record = split(taken[0], self._dialect.delimiter)
                if len(record) != self._width:
                    self._broken[UNCLOSED] += 1
                    continue
                taken = taken[:1]
            elif not record:
                self._broken[UNCLOSED] += 1
                continue
            elif len(record) != self._width and self._dialect.quoting == "quoted":
                apart = split("".join(taken), self._dialect.delimiter)
                record = apart if len(apart) == self._width else record
            self.chars = sum(map(len, taken))
            yield record

    def _swallowed(self, record: list[str], taken: list[str]) -> bool:
        """Tell whether the lines of a record are records themselves, by their number of cells."""
        inner = taken[1:]
        # A quote that is still open at the end of the file is one for sure.
        few = 3 if self._width > 2 else 50
        least = 1 if sum(line.count('"') for line in taken) % 2 else few
        if record and len(record) == self._width and len(inner) < least:
            return False
        if self._width < 2:
            return False
        whole = 0
        for line in inner[:200]:
            try:
                whole += len(next(self._dialect.reader([line]), [])) == self._width
            except csv.Error:
                continue
        return whole >= max(1, 0.8 * min(len(inner), 200))
