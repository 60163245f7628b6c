"""Reads Excel workbooks: the sheets that hold the table, whichever page stands before them."""

from __future__ import annotations

import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa

from convcat.conversations.archives import DAMAGE
from convcat.conversations.headers import folded
from convcat.conversations.margins import EMPTY_LINE, records_of
from convcat.conversations.nested import cell_of
from convcat.conversations.rows import BATCH_CHARS, MOST_COLUMNS, names_apart, string_table
from convcat.conversations.sources import Source
from convcat.exceptions import InputError, did_you_mean

_LARGEST = 4 << 30
_PREAMBLE = 12
_ALIKE = 0.6  # the share of their columns that sheets of one table have in common

Cells = list[str | None]


@dataclass(frozen=True)
class _Page:
    """A filled sheet: where its header stands, what it says, and how many words stand below."""

    title: str
    skip: int
    header: tuple[str | None, ...]
    words: int
    hidden: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns, folded, those of one name numbered."""
        seen: Counter[str] = Counter()
        out = []
        for name in self.header:
            one = folded(name or "")
            seen[one] += 1
            out.append(f"{one} {seen[one]}")
        return tuple(out)

    def like(self, other: _Page) -> bool:
        """Whether both are parts of one table: months, shops."""
        mine, theirs = set(self.names), set(other.names)
        return len(mine & theirs) >= _ALIKE * len(mine | theirs)


class Sheet:
    """The rows of an Excel workbook: of the first sheet that holds texts, and of those like it.

    Sheets with the same columns (a sheet a month, a sheet a shop) are one table. One sheet is read
    alone where the source asks for it.

    Parameters
    ----------
    source : Source
        The file.

    Raises
    ------
    InputError
        If it is damaged, absurdly large or empty, or has no sheet of the name that is asked for.
    """

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self.notes: list[str] = []
        self._source = source
        _refuse_bombs(source)
        filled = self._survey()
        self._pages = _chosen(filled, source)
        columns: dict[str, str | None] = {}
        for page in self._pages:
            for key, name in zip(page.names, page.header, strict=True):
                columns.setdefault(key, name)
        self._keys = list(columns)
        self.header = names_apart(list(columns.values()), self.name)
        read = [page.title for page in self._pages]
        self.facts = {"format": "Excel", f"sheet{'s' * (len(read) > 1)}": ", ".join(read)}
        unseen = [page.title for page in filled if page.title not in read and page.hidden]
        if unseen and source.sheet is None:
            self.notes.append(
                f"Hidden sheets are not read: {_quoted(unseen)}; to read one, show it or name it as "
                f"{_asked(source, unseen[0])!r}."
            )
        others = [page.title for page in filled if page.title not in [*read, *unseen]]
        if others and source.sheet is None:
            self.notes.append(
                f"Of this workbook {_quoted(read)} {'is' if len(read) == 1 else 'are'} read; "
                f"{_quoted(others)} {'holds' if len(others) == 1 else 'hold'} other columns: to "
                f"read one, name it as {_asked(source, others[0])!r}."
            )

    def _survey(self) -> list[_Page]:
        filled: list[_Page] = []
        for title, rows, hidden in self._sheets():
            top = [cells for _, cells in zip(range(_PREAMBLE), rows, strict=False)]
            widths = [sum(cell is not None for cell in cells) for cells in top]
            at = next((i for i, n in enumerate(widths) if n > max(widths) // 2), None)
            if at is not None:
                words = _words(top[at + 1 :]) if widths[at] > 1 else 0
                filled.append(_Page(title, at, tuple(_trimmed(top[at])), words, hidden))
        if not filled:
            raise InputError(f"{self.name} holds no filled sheet.")
        return filled

    def batches(
        self, size: int, broken: Counter[str], text_column: str | None = None
    ) -> Iterator[pa.Table]:
        """Give the rows in batches (see `Rows`)."""
        del text_column
        rows: list[Cells] = []
        chars = 0
        pages = {page.title: page for page in self._pages}
        for title, cells, _ in self._sheets():
            page = pages.get(title)
            if page is None:
                continue
            places = [self._keys.index(key) for key in page.names]
            for cut in records_of(_below(cells, page, broken), page.header, broken, None):
                whole: Cells = [None] * len(self._keys)
                for place, cell in zip(places, cut, strict=True):
                    whole[place] = cell
                rows.append(whole)
                chars += sum(len(cell) for cell in cut if cell)
                if len(rows) >= size or chars > BATCH_CHARS:
                    yield string_table(self.header, list(zip(*rows, strict=True)))
                    rows, chars = [], 0
        if rows:
            yield string_table(self.header, list(zip(*rows, strict=True)))

    def _sheets(self) -> Iterator[tuple[str, Iterator[Cells], bool]]:
        """Give the title of each sheet, its rows, and whether it is hidden."""
        import openpyxl

        with self._source.open() as stream:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # styles and validations that it does not know
                    book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
                    for sheet in book.worksheets:
                        # Some writers state a size that is wrong; it is then counted anew.
                        sheet.reset_dimensions()
                        yield sheet.title, self._rows(sheet), sheet.sheet_state != "visible"
            except InputError:
                raise
            except Exception as error:  # noqa: BLE001
                raise self._damaged(error) from None

    def _rows(self, sheet: Any) -> Iterator[Cells]:
        try:
            for row in sheet.values:
                cells = [excel_cell(value) for value in row]
                yield _trimmed(cells) if len(cells) > MOST_COLUMNS else cells
        except Exception as error:  # noqa: BLE001
            raise self._damaged(error) from None

    def _damaged(self, error: Exception) -> InputError:
        # openpyxl lets the faults of zip, XML and numbers through as they come.
        return InputError(f"{self.name} is a damaged Excel file ({type(error).__name__}).")


def _below(rows: Iterator[Cells], page: _Page, broken: Counter[str]) -> Iterator[Cells]:
    """Give the filled rows below the header of a sheet, as wide as that."""
    width = len(page.header)
    for number, row in enumerate(rows):
        if number <= page.skip:
            continue
        cut = (row + [None] * width)[:width]
        if any(cut):
            yield cut
        else:
            broken[EMPTY_LINE] += 1


def _chosen(filled: list[_Page], source: Source) -> list[_Page]:
    if source.sheet is not None:
        named = [page for page in filled if page.title.casefold() == source.sheet.casefold()]
        if not named:
            titles = [page.title for page in filled]
            book = source.path.name if source.path else source.name
            raise InputError(
                f"{book} has no filled sheet {source.sheet!r}; it has {_quoted(titles)}."
                f"{did_you_mean(source.sheet, titles)}"
            )
        return named
    filled = [page for page in filled if not page.hidden] or filled
    # A page that tells of the export often stands before the export itself.
    most = max(page.words for page in filled)
    first = next(page for page in filled if page.words >= most / 2)
    return [page for page in filled if page is first or page.like(first)]


def _asked(source: Source, title: str) -> str:
    return f"{source.path.name if source.path else 'book.xlsx'}#{title}"


def _quoted(titles: list[str]) -> str:
    return ", ".join(map(repr, titles[:12])) + (" ..." if len(titles) > 12 else "")


def _words(rows: list[Cells]) -> int:
    return sum(len(cell.split()) for cells in rows for cell in cells if cell)


def _trimmed(cells: Cells) -> Cells:
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return cells[:end]


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
    except (*DAMAGE, ValueError) as error:
        raise InputError(f"{source.name} is a damaged Excel file ({_said(error)}).") from None
    if "xl/workbook.xml" not in names:
        raise InputError(
            f"{source.name} is a document in a zip archive, not an Excel file: save its table as "
            ".xlsx or CSV."
        )
    if size > _LARGEST:
        raise InputError(
            f"{source.name} unpacks to {size / (1 << 30):.0f} GB: save the sheet as CSV instead."
        )


def _said(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:200].rstrip(".") or type(error).__name__
