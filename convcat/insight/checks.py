"""A filled audit sheet: what the readers found, in whatever form they hand it back."""

from __future__ import annotations

import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat import frames
from convcat.exceptions import InputError, did_you_mean
from convcat.insight.audit import AuditSheet
from convcat.insight.fingerprints import COLUMN, check_fingerprints
from convcat.insight.workbook import PICKS
from convcat.tagged import Tagged
from convcat.tagged_files import read_tagged_file
from convcat.taxonomy import NONE, Taxonomy

_ANSWERS = frozenset({"audit_needs", *PICKS})
_SKIPPED = frozenset({"?", "skip", "skipped", "unsure", "n/a"})


@dataclass(frozen=True)
class Audit:
    """What readers found, one entry per conversation.

    Attributes
    ----------
    ids : tuple of str
        Conversations with at least one answer.
    answers : tuple of tuple of frozenset
        Per conversation, each reader's needs; empty where the reader found none.
    probabilities : tuple of float
        The chance each had to be drawn; NaN where the sheet does not say.
    unfinished : int
        Rows that were left blank or skipped.
    fingerprints : tuple of str or None
        Of each conversation's words, where the sheet has them.
    """

    ids: tuple[str, ...]
    answers: tuple[tuple[frozenset[str], ...], ...] = field(repr=False)
    probabilities: tuple[float, ...] = field(repr=False)
    unfinished: int = 0
    fingerprints: tuple[str | None, ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    def share_of(self, need: str) -> npt.NDArray[np.float64]:
        """Return, per conversation, the share of its readers who found the need (or ``none``)."""
        return np.asarray(
            [
                np.mean([(not found) if need == NONE else (need in found) for found in readers])
                for readers in self.answers
            ],
            dtype=np.float64,
        )

    def check_words(self, table: Tagged) -> None:
        """Refuse to go on if the table's conversations of these ids have other words.

        Parameters
        ----------
        table : Tagged

        Raises
        ------
        InputError
            If most of those that the sheet has fingerprints of differ.
        """
        check_fingerprints(dict(zip(self.ids, self.fingerprints, strict=False)), table)

    @property
    def agreement(self) -> float | None:
        """Share of decisions on which two readers of one conversation agree; None without two.

        Only needs that one of the two found are counted: all would agree on what is not there.
        """
        same = total = 0
        for readers in self.answers:
            for a, b in combinations(readers, 2):
                same += len(a & b) if a or b else 1
                total += len(a | b) if a or b else 1
        return same / total if total else None

    @property
    def table(self) -> Any:
        """One row per conversation: id, audit_needs (of the most readers), inclusion_probability."""
        import pyarrow as pa

        settled = []
        for readers in self.answers:
            every = sorted(set().union(*readers))
            kept = [n for n in every if sum(n in found for found in readers) * 2 > len(readers)]
            settled.append(";".join(kept) or NONE)
        chances = [None if np.isnan(p) else p for p in self.probabilities]
        return pa.table(
            {
                "id": pa.array(self.ids, pa.string()),
                "audit_needs": pa.array(settled, pa.string()),
                "inclusion_probability": pa.array(chances, pa.float64()),
            }
        )


def read_audit(source: Any, needs: Sequence[str] | None = None) -> Audit:
    """Read a filled audit sheet; unfinished rows, skipped rows and several readers are fine.

    Parameters
    ----------
    source : path (.xlsx, .csv, .parquet), dataframe, AuditSheet or Audit
        With the columns ``id`` and ``audit_needs`` (or the sheet's drop-down columns).
    needs : sequence of str, optional
        The ids that may stand there; those of the built-in taxonomy by default.

    Returns
    -------
    Audit

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, or an answer is no need.

    Examples
    --------
    >>> import pyarrow as pa
    >>> sheet = pa.table({"id": ["a", "b", "c"], "audit_needs": ["delay; sizing", "none", ""]})
    >>> read = read_audit(sheet)
    >>> read.ids, read.share_of("delay").tolist(), read.unfinished
    (('a', 'b'), [1.0, 0.0], 1)
    """
    if isinstance(source, Audit):
        return source
    columns = _columns(source)
    if "id" not in columns or not _ANSWERS & set(columns):
        missing = "id" if "id" not in columns else "audit_needs"
        raise InputError(
            f"The audit has no column {missing!r}; use the sheet of convcat.audit_sample."
        )
    known = _names(needs)
    found: dict[str, list[frozenset[str]]] = defaultdict(list)
    chance: dict[str, float] = {}
    prints: dict[str, str | None] = {}
    unfinished = 0
    for i, raw in enumerate(columns["id"]):
        conversation = _plain(raw)
        cells = [columns[name][i] for name in ("audit_needs", *PICKS) if name in columns]
        answer = _answer(cells, known, place=f"row {i + 1} of the audit")
        if not conversation or answer is None:
            unfinished += bool(conversation)
            continue
        found[conversation].append(answer)
        chance[conversation] = _number(columns.get("inclusion_probability", []), i)
        prints[conversation] = _plain(columns[COLUMN][i]) or None if COLUMN in columns else None
    return Audit(
        tuple(found),
        tuple(tuple(readers) for readers in found.values()),
        tuple(chance[key] for key in found),
        unfinished,
        tuple(prints.values()),
    )


def is_filled(path: Path) -> bool:
    """Return whether anybody has begun to fill in a sheet, even with answers that are no needs."""
    try:
        columns = _read_file(path)
    except InputError:
        return False
    cells = (cell for name in ("audit_needs", *PICKS) for cell in columns.get(name, ()))
    return any(_plain(cell) for cell in cells)


def _columns(source: Any) -> dict[str, list[Any]]:
    if isinstance(source, AuditSheet):
        return {
            n: [row.get(n) for row in source.rows]
            for n in ("id", "audit_needs", "inclusion_probability", COLUMN)
        }
    if isinstance(source, str | Path):
        return _read_file(Path(source))
    table = frames.to_arrow(source)
    return {name.strip().lower(): table[name].to_pylist() for name in table.column_names}


def _read_file(path: Path) -> dict[str, list[Any]]:
    if not path.is_file():
        raise InputError(f"There is no file {str(path)!r}.")
    if path.suffix.lower() == ".parquet":
        return _columns(read_tagged_file(path))
    lines = _read_xlsx(path) if path.suffix.lower() == ".xlsx" else _read_csv(path)
    at, header = _header(lines)
    body = [row for row in lines[at + 1 :] if any(_plain(cell) for cell in row)]
    return {
        name: [row[j] if j < len(row) else None for row in body]
        for j, name in enumerate(header)
        if name
    }


def _header(lines: Sequence[Sequence[Any]]) -> tuple[int, list[str]]:
    """Return where the header stands, and its names; the sheet has a line of help above it."""
    named = [(i, [_plain(cell).lower() for cell in line]) for i, line in enumerate(lines[:20])]
    named = [(i, names) for i, names in named if "id" in names]
    whole = [(i, names) for i, names in named if _ANSWERS & set(names)]
    return next(iter(whole or named), (0, []))


def _read_xlsx(path: Path) -> list[Sequence[Any]]:
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
        return next((lines for lines in sheets if _ANSWERS & set(_header(lines)[1])), sheets[0])
    except Exception:  # noqa: BLE001
        # openpyxl lets the faults of zip, XML and numbers through as they come.
        raise InputError(f"{str(path)!r} is not an XLSX workbook, or damaged.") from None
    finally:
        if book is not None:
            book.close()


def _read_csv(path: Path) -> list[Sequence[Any]]:
    import csv

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="cp1252", errors="replace")
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    try:
        return list(csv.reader(text.splitlines(keepends=True), delimiter=separator))
    except csv.Error as error:
        raise InputError(f"{str(path)!r} is not a sheet of answers ({error}).") from None


def _names(needs: Sequence[str] | None) -> dict[str, str]:
    """Return what may stand in a sheet: ids, and the names that the codebook shows."""
    taxonomy = Taxonomy.load()
    ids = taxonomy.ids if needs is None else tuple(needs)
    named = {need.name.casefold(): need.id for need in taxonomy.needs if need.id in ids}
    return {**named, **{need.casefold(): need for need in ids}, NONE: NONE, "no need": NONE}


def _answer(cells: Iterable[Any], known: dict[str, str], place: str) -> frozenset[str] | None:
    """Return the needs in the cells of one row; None where the row was left blank or skipped."""
    words: list[str] = []
    for cell in cells:
        parts = cell if isinstance(cell, list | tuple) else re.split(r"[;,|\n]", _plain(cell))
        words += [w for part in parts if (w := str(part).strip().lstrip("'").casefold())]
        if isinstance(cell, list | tuple) and not parts:
            words.append(NONE)
    if not words or any(word in _SKIPPED for word in words):
        return None
    found = set()
    for word in words:
        if word not in known:
            shown = repr(word) if re.fullmatch(r"[\w-]{1,30}", word) else "an answer"
            raise InputError(
                f"{place[0].upper()}{place[1:]}: {shown} is not a need of this taxonomy."
                f"{did_you_mean(word, known) if shown != 'an answer' else ''}"
            )
        found.add(known[word])
    if NONE in found and len(found) > 1:
        raise InputError(
            f"{place[0].upper()}{place[1:]} says {NONE!r} and a need: only one can be right."
        )
    return frozenset(found - {NONE})


def _plain(value: Any) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _number(values: Sequence[Any], i: int) -> float:
    try:
        value = float(values[i])
    except (IndexError, TypeError, ValueError):
        return float("nan")
    return value if 0 < value <= 1 else float("nan")
