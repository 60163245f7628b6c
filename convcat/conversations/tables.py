"""Reads formats that know their columns: Parquet, Excel sheets and dataframes."""

from __future__ import annotations

import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa

from convcat.conversations.delimited import EMPTY_LINE, HEADER_AGAIN
from convcat.conversations.nested import cell_of
from convcat.conversations.rows import BATCH_CHARS, names_apart, string_table
from convcat.conversations.sources import Source
from convcat.exceptions import InputError

_LARGEST_SHEET = 4 << 30
_PREAMBLE = 12


class Frame:
    """The rows of a dataframe, types kept.

    Parameters
    ----------
    source : Source
        One that holds a frame.
    """

    def __init__(self, source: Source) -> None:
        assert source.frame is not None
        self.name = source.name
        self.notes: list[str] = []
        self.header = names_apart(source.frame.column_names, source.name)
        self._table = source.frame.rename_columns(list(self.header)).replace_schema_metadata(None)
        self.facts = {"format": "dataframe"}

    def batches(
        self, size: int, broken: Counter[str], text_column: str | None = None
    ) -> Iterator[pa.Table]:
        """Give the rows in batches (see `Rows`)."""
        del broken, text_column
        for start in range(0, self._table.num_rows, size):
            yield self._table.slice(start, size)


class Parquet:
    """The rows of a Parquet file, types kept.

    Parameters
    ----------
    source : Source
        The file.

    Raises
    ------
    InputError
        If it is damaged.
    """

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self.notes: list[str] = []
        self._source = source
        try:
            with source.open() as stream:
                schema = self._file(stream).schema_arrow
        except (OSError, pa.ArrowException) as error:
            raise InputError(f"{self.name} is a damaged Parquet file ({_first(error)}).") from None
        self.header = names_apart(schema.names, self.name)
        self.facts = {"format": "Parquet"}

    def batches(
        self, size: int, broken: Counter[str], text_column: str | None = None
    ) -> Iterator[pa.Table]:
        """Give the rows in batches (see `Rows`)."""
        del broken, text_column
        try:
            with self._source.open() as stream:
                for batch in self._file(stream).iter_batches(batch_size=size):
                    table = pa.Table.from_batches([batch]).rename_columns(list(self.header))
                    yield table.replace_schema_metadata(None)
        except (OSError, pa.ArrowException) as error:
            raise InputError(f"{self.name} is a damaged Parquet file ({_first(error)}).") from None

    @staticmethod
    def _file(stream: Any) -> Any:
        import pyarrow.parquet as pq

        return pq.ParquetFile(pa.PythonFile(stream, mode="r"))


def _first(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:200].rstrip(".")


class Sheet:
    """The rows of the first sheet of an Excel workbook that looks like a table of texts.

    Parameters
    ----------
    source : Source
        The file.

    Raises
    ------
    InputError
        If it is damaged, absurdly large or empty.
    """

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self.notes: list[str] = []
        self._source = source
        _refuse_bombs(source)
        self._sheet, self._skip, header, others = self._survey()
        self.header = names_apart(header, self.name)
        self.facts = {"format": "Excel", "sheet": self._sheet}
        if others:
            self.notes.append(
                f"Only the sheet {self._sheet!r} is read; others hold rows too: {', '.join(others)}."
            )

    def _survey(self) -> tuple[str, int, list[str | None], list[str]]:
        filled: list[tuple[str, int, list[str | None]]] = []
        words: list[int] = []
        for title, rows in self._sheets():
            top = [cells for _, cells in zip(range(_PREAMBLE), rows, strict=False)]
            widths = [sum(cell is not None for cell in cells) for cells in top]
            at = next((i for i, n in enumerate(widths) if n > max(widths) // 2), None)
            if at is not None:
                filled.append((title, at, _trimmed(top[at])))
                words.append(_words(top[at + 1 :]) if widths[at] > 1 else 0)
        if not filled:
            raise InputError(f"{self.name} holds no filled sheet.")
        # A page that tells of the export often stands before the export itself.
        chosen = next(i for i, n in enumerate(words) if n >= max(words) / 2)
        title, at, header = filled[chosen]
        return title, at, header, [other for other, *_ in filled if other != title]

    def batches(
        self, size: int, broken: Counter[str], text_column: str | None = None
    ) -> Iterator[pa.Table]:
        """Give the rows in batches (see `Rows`)."""
        del text_column
        width = len(self.header)
        rows: list[list[str | None]] = []
        chars = 0
        for title, cells in self._sheets():
            if title != self._sheet:
                continue
            for number, row in enumerate(cells):
                if number <= self._skip:
                    continue
                cut = (row + [None] * width)[:width]
                if not any(cut):
                    broken[EMPTY_LINE] += 1
                elif tuple(cut) == self.header:
                    broken[HEADER_AGAIN] += 1
                else:
                    rows.append(cut)
                    chars += sum(len(cell) for cell in cut if cell)
                if len(rows) >= size or chars > BATCH_CHARS:
                    yield string_table(self.header, list(zip(*rows, strict=True)))
                    rows, chars = [], 0
        if rows:
            yield string_table(self.header, list(zip(*rows, strict=True)))

    def _sheets(self) -> Iterator[tuple[str, Iterator[list[str | None]]]]:
        import openpyxl

        with self._source.open() as stream:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # styles and validations that it does not know
                    book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
                    for sheet in book.worksheets:
                        # Some writers state a size that is wrong; it is then counted anew.
                        sheet.reset_dimensions()
                        rows = ([excel_cell(value) for value in row] for row in sheet.values)
                        yield sheet.title, rows
            except InputError:
                raise
            except Exception as error:  # noqa: BLE001
                # openpyxl lets the faults of zip, XML and numbers through as they come.
                raise InputError(
                    f"{self.name} is a damaged Excel file ({type(error).__name__})."
                ) from None


def _words(rows: list[list[str | None]]) -> int:
    return sum(len(cell.split()) for cells in rows for cell in cells if cell)


def _trimmed(cells: list[str | None]) -> list[str | None]:
    while cells and cells[-1] is None:
        cells = cells[:-1]
    return cells


def excel_cell(value: Any) -> str | None:
    """Return an Excel value as text: whole numbers without a point, moments in ISO form.

    Examples
    --------
    >>> [excel_cell(value) for value in (12.0, " a ", "", None)]
    ['12', ' a ', None, None]
    """
    if isinstance(value, str):
        return value or None
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 60:g} min"
    return cell_of(value)


def _refuse_bombs(source: Source) -> None:
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            size = sum(member.file_size for member in members)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise InputError(f"{source.name} is a damaged Excel file ({_first(error)}).") from None
    if "xl/workbook.xml" not in names:
        raise InputError(
            f"{source.name} is an archive, not an Excel file: unpack it and name the files in it."
        )
    if size > _LARGEST_SHEET:
        raise InputError(
            f"{source.name} unpacks to {size / (1 << 30):.0f} GB: save the sheet as CSV instead."
        )
