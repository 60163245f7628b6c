"""Finds out how a delimited text file is written: delimiter, quoting, where the header stands."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from convcat.conversations.rows import LONGEST_CELL
from convcat.conversations.times import parse_time
from convcat.exceptions import InputError

_DELIMITERS = (",", ";", "\t", "|")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_ESCAPED = re.compile(r'\\"(?!["\r\n])')
_DOUBLED = re.compile(r'[^,;\t|\n]""(?![,;\t|\r\n])')
_RECORDS = 1_000
_PREAMBLE = 12


@dataclass(frozen=True)
class Dialect:
    """How the file is written.

    Attributes
    ----------
    delimiter : str
    quoting : {"quoted", "escaped", "none"}
        Quotes doubled within quotes; quotes escaped by a backslash; or quotes that mean nothing.
    skip : int
        Records above the header.
    header : tuple of str
        The header's cells as they stand; empty if the file has none.
    width : int
        Columns.
    """

    delimiter: str
    quoting: str
    skip: int = 0
    header: tuple[str, ...] = ()
    width: int = 1

    @property
    def name(self) -> str:
        """The delimiter in a word."""
        return _NAMES[self.delimiter]

    def reader(self, lines: Any) -> Any:
        """Return a ``csv.reader`` over lines."""
        # The limit is the interpreter's own and can only be set for all; it is never lowered.
        if csv.field_size_limit() < LONGEST_CELL:
            csv.field_size_limit(LONGEST_CELL)
        options: dict[str, Any] = {"delimiter": self.delimiter}
        if self.quoting == "none":
            options |= {"quoting": csv.QUOTE_NONE}
        elif self.quoting == "escaped":
            options |= {"doublequote": True, "escapechar": "\\"}
        return csv.reader(lines, **options)


def find_dialect(sample: str, *, complete: bool, source: str) -> Dialect:
    """Return how a file is written, from its beginning.

    Every delimiter is tried with every way of quoting; the one that gives the most even records
    with a fitting header wins.

    Parameters
    ----------
    sample : str
        The beginning of the file.
    complete : bool
        Whether the sample is the whole file (else its last record may be cut off).
    source : str
        For messages.

    Raises
    ------
    InputError
        If the file is no table.
    """
    named = sample[:6].lower().startswith("sep=") and sample[5:6] in ("\n", "\r")
    if named:
        sample = sample.split("\n", 1)[-1]
    # A backslash before a quote escapes it, unless quotes are doubled as well: then it is text.
    escapes = _ESCAPED.search(sample) is not None and _DOUBLED.search(sample) is None
    candidates = [
        Dialect(delimiter, quoting)
        for delimiter in _DELIMITERS
        for quoting in ("quoted", "none", "escaped")
        if quoting != "escaped" or escapes
        if quoting != "none" or delimiter in "\t|"
    ]
    tried = [(_score(dialect, sample, complete=complete), dialect) for dialect in candidates]
    (even, *_), best = max(tried, key=lambda pair: pair[0])
    records = _records(best, sample, complete=complete)
    if not records:
        raise InputError(f"{source} is empty.")
    if even == 0:
        best, records = Dialect(",", "quoted"), [[line] for line in _first_lines(sample)]
    skip = _header_at(records)
    header, width = records[skip], _width(records)
    if _looks_like_data(header):
        header = []
    return Dialect(
        best.delimiter,
        best.quoting,
        skip=(skip if header else 0) + named,
        header=tuple(header),
        width=max(width, len(header)),
    )


def _records(dialect: Dialect, sample: str, *, complete: bool) -> list[list[str]]:
    records: list[list[str]] = []
    try:
        for record in dialect.reader(io.StringIO(sample, newline="")):
            if any(cell.strip() for cell in record):
                records.append(record)
            if len(records) > _RECORDS:
                break
    except csv.Error:
        return records
    if not complete and 1 < len(records) <= _RECORDS:
        records.pop()
    return records


def _score(dialect: Dialect, sample: str, *, complete: bool) -> tuple[float, float, int]:
    """Rank a dialect: how even the records are, whether quotes make sense, how many columns."""
    records = _records(dialect, sample, complete=complete)
    width = _width(records)
    if width < 2:
        return (0.0, 0.0, 0)
    even = sum(len(record) == width for record in records) / len(records)
    header = records[_header_at(records)]
    # A header as wide as the records says more than evenness: texts are full of commas.
    fits = 1.0 if len(header) == width else 0.3
    return (round(even, 3) * fits, _sense_of_quotes(dialect, records), width)


def _sense_of_quotes(dialect: Dialect, records: list[list[str]]) -> float:
    """Prefer quotes unless cells begin with one that does not end (text that merely quotes)."""
    if dialect.quoting == "none":
        opened = [cell for record in records for cell in record if cell.startswith('"')]
        closed = all(len(cell) > 1 and cell.endswith('"') for cell in opened)
        return 0.4 if opened and closed else 1.0
    return 0.9 if dialect.quoting == "escaped" else 0.8


def _width(records: list[list[str]]) -> int:
    widths = Counter(len(record) for record in records)
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _header_at(records: list[list[str]]) -> int:
    """Return where the header stands: below the lines of a title, if reports put one there."""
    width = _width(records)
    if width < 3:
        told = (at for at, one in enumerate(records[:_PREAMBLE]) if not one[0].startswith("# "))
        return next(told, 0) if width == 2 else 0
    for index, record in enumerate(records[:_PREAMBLE]):
        if sum(bool(cell.strip()) for cell in record) > max(1, width // 2):
            return index
    return 0


def _looks_like_data(header: list[str]) -> bool:
    cells = [cell.strip() for cell in header]
    return any(_is_number(cell) or parse_time(cell) or len(cell) > 200 for cell in cells)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _first_lines(sample: str) -> list[str]:
    return [line for line in sample.splitlines()[:_RECORDS] if line.strip()]
