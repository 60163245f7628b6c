"""An audit sheet as it comes back from a spreadsheet program: its columns, by name."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from convcat import frames
from convcat.exceptions import InputError
from convcat.insight.fingerprints import COLUMN
from convcat.insight.workbook import PICKS
from convcat.tagged_files import read_tagged_file

ROW = ""
"""Under this name stands the number of each row, as a spreadsheet program counts them."""
_ANSWERS = "audit_needs"
_NOTES = ("comment", "note", "remark", "why")
_OWN = (_ANSWERS, "inclusion_probability", COLUMN)
_TEXT, _BOOKS = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm")


def answer_columns(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the columns that hold answers, those of one reader together.

    Examples
    --------
    >>> answer_columns(["id", "need 1", "need 2", "audit_needs", "audit_needs_(second)"])
    [('audit_needs', 'need 1', 'need 2'), ('audit_needs_(second)',)]
    """
    own = tuple(name for name in (_ANSWERS, *PICKS) if name in names)
    others: list[tuple[str, ...]] = [
        (name,)
        for name in names
        if name.startswith(f"{_ANSWERS}_") and not any(word in name for word in _NOTES)
    ]
    return [own, *others] if own else others


def columns_of_file(path: Path) -> dict[str, list[Any]]:
    """Return the columns of a sheet.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InputError
        If there is no such file, or it is no sheet.
    """
    if path.is_dir():
        raise InputError(f"{str(path)!r} is a folder; name the filled sheet in it.")
    if not path.is_file():
        raise InputError(f"There is no file {str(path)!r}.")
    kind = path.suffix.lower()
    if kind == ".parquet":
        return columns_of_frame(read_tagged_file(path))
    if kind not in (*_BOOKS, *_TEXT):
        raise InputError(f"{str(path)!r}: save the filled sheet as .xlsx, .csv or .parquet.")
    lines = _read_workbook(path) if kind in _BOOKS else _read_text(path)
    at, header = _header(lines)
    body = [i for i in range(at + 1, len(lines)) if any(plain(cell) for cell in lines[i])]
    columns = {
        name: [lines[i][j] if j < len(lines[i]) else None for i in body]
        for j, name in enumerate(header)
        if name
    }
    return {**columns, ROW: [i + 1 for i in body]}


def columns_of_frame(source: Any) -> dict[str, list[Any]]:
    """Return the columns of a dataframe."""
    table = frames.to_arrow(source)
    return {_name(name): table[name].to_pylist() for name in table.column_names}


def plain(value: Any) -> str:
    """Return the words of a cell; a whole number without its point."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _name(cell: Any) -> str:
    name = plain(cell).lower()
    joined = re.sub(r"[\s-]+", "_", name)
    return joined if joined.startswith(_OWN) else name


def _header(lines: Sequence[Sequence[Any]]) -> tuple[int, list[str]]:
    """Return where the header stands, and its names; the sheet has a line of help above it."""
    named = [(i, [_name(cell) for cell in line]) for i, line in enumerate(lines[:20])]
    whole = [(i, names) for i, names in named if "id" in names and answer_columns(names)]
    some = [(i, names) for i, names in named if "id" in names or answer_columns(names)]
    return next(iter(whole or some), (0, []))


def _read_workbook(path: Path) -> list[Sequence[Any]]:
    import openpyxl

    book = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and validations that it does not know
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheets: list[list[Sequence[Any]]] = [
            [tuple(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets
        ]
        # People put notes in front; the sheet that was drawn says what is to be filled in.
        return next((lines for lines in sheets if answer_columns(_header(lines)[1])), sheets[0])
    except Exception:  # noqa: BLE001
        # openpyxl lets the faults of zip, XML and numbers through as they come.
        raise InputError(
            f"{str(path)!r} is not an XLSX workbook, or damaged, or has a password."
        ) from None
    finally:
        if book is not None:
            book.close()


def _read_text(path: Path) -> list[Sequence[Any]]:
    import csv

    raw = path.read_bytes()
    try:
        wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))  # "Unicode text" of Excel
        text = raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    try:
        return list(csv.reader(text.splitlines(keepends=True), delimiter=separator))
    except csv.Error as error:
        raise InputError(f"{str(path)!r} is not a sheet of answers ({error}).") from None
