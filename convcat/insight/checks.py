"""A filled audit sheet: what the readers found, in whatever form they hand it back."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.exceptions import InputError
from convcat.insight.answers import answer_of, names_of
from convcat.insight.audit import AuditSheet
from convcat.insight.fingerprints import COLUMN, check_fingerprints
from convcat.insight.sheet_files import (
    ROW,
    answer_columns,
    columns_of_file,
    columns_of_frame,
    plain,
)
from convcat.safety import from_spreadsheet
from convcat.tagged import Tagged
from convcat.taxonomy import NONE

_ROUNDED = re.compile(r"\d[.,]\d+E\+\d+")


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
    readers = answer_columns(tuple(columns))
    if "id" not in columns or not readers:
        missing = "id" if "id" not in columns else "audit_needs"
        raise InputError(
            f"The audit has no column {missing!r}; use the sheet of convcat.audit_sample."
        )
    if any(_ROUNDED.fullmatch(plain(raw)) for raw in columns["id"]):
        raise InputError(
            "A spreadsheet program has rounded the ids of the audit (to the like of 1.23E+11): fill in "
            "the sheet as it was drawn, or bring its answers with the column 'id' as text."
        )
    known = names_of(needs)
    found: dict[str, list[frozenset[str]]] = defaultdict(list)
    chance: dict[str, float] = {}
    prints: dict[str, str | None] = {}
    unfinished, wrong = 0, []
    for i, raw in enumerate(columns["id"]):
        conversation = from_spreadsheet(plain(raw))
        answers = [answer_of([columns[name][i] for name in names], known) for names in readers]
        given = [answer for answer in answers if isinstance(answer, frozenset)]
        wrong += [(columns.get(ROW, range(1, i + 2))[i], a) for a in answers if isinstance(a, str)]
        if not conversation or not given:
            unfinished += bool(conversation)
            continue
        found[conversation] += given
        chance[conversation] = _number(columns.get("inclusion_probability", []), i)
        prints[conversation] = plain(columns[COLUMN][i]) or None if COLUMN in columns else None
    if wrong:
        raise InputError(_told(wrong))
    return Audit(
        tuple(found),
        tuple(tuple(readers) for readers in found.values()),
        tuple(chance[key] for key in found),
        unfinished,
        tuple(prints.values()),
    )


def is_filled(path: Path) -> bool:
    """Return whether anybody has begun to fill in a sheet, even with answers that are no needs.

    A file that cannot be read counts as filled: it may be somebody's work, with a password.
    """
    try:
        columns = columns_of_file(path)
    except InputError:
        return path.is_file() and path.stat().st_size > 0
    named = [name for names in answer_columns(tuple(columns)) for name in names]
    return any(plain(cell) for name in named for cell in columns[name])


def _told(wrong: Sequence[tuple[int, str]]) -> str:
    """Say the first fault, and where the others are: a sheet is mended in one go."""
    (row, fault), others = wrong[0], sorted({str(row) for row, _ in wrong[1:]}, key=int)
    also = f" Rows {', '.join(others[:20])} have the like." if others else ""
    return f"Row {row} of the audit: {fault}{also}"


def _columns(source: Any) -> dict[str, list[Any]]:
    if isinstance(source, AuditSheet):
        return {
            n: [row.get(n) for row in source.rows]
            for n in ("id", "audit_needs", "inclusion_probability", COLUMN)
        }
    if isinstance(source, str | Path):
        return columns_of_file(Path(source))
    return columns_of_frame(source)


def _number(values: Sequence[Any], i: int) -> float:
    try:
        value = float(values[i])
    except (IndexError, TypeError, ValueError):
        return float("nan")
    return value if 0 < value <= 1 else float("nan")
