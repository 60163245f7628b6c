"""The conversations that were read, as cells of scores: what estimation works on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from convcat.insight.slicing import slice_values
from convcat.tagged import Tagged
from convcat.taxonomy import NONE

Floats = npt.NDArray[np.float64]
KIND = "kind"
UNKNOWN = "unknown"
"""The kind of conversations that no kind was given for, where others have one."""
_STEP = 16.0  # log-odds are kept to a sixteenth: distinct values stay few, whatever the size
_FLAT = 0.0  # where a signal has no scores, all conversations are alike


def columns_by(tagged: Tagged, by: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the slice columns; reviews and support conversations are never silently pooled."""
    named = (by,) if isinstance(by, str) else tuple(by or ())
    return (KIND, *named) if KIND not in named and len(kinds_of(tagged)) > 1 else named


def kinds_of(tagged: Tagged) -> list[str]:
    """Return the kinds of conversation among the rows that were read."""
    if KIND not in tagged.table.column_names:
        return []
    values = slice_values(tagged, KIND).to_pylist()
    return sorted({v for v, ok in zip(values, tagged.ok, strict=True) if ok and v})


def rows_by_kind(tagged: Tagged) -> list[tuple[str | None, npt.NDArray[np.bool_]]]:
    """Return the rows that were read of each kind; ``None`` where the table has but one.

    Reviews and support conversations are written, and read, too differently to be pooled.
    """
    if KIND not in tagged.table.column_names:
        return [(None, tagged.ok)]
    kind = np.asarray([value or UNKNOWN for value in tagged.column(KIND)], dtype=object)
    present = sorted(set(kind[tagged.ok]))
    if len(present) < 2:
        return [(None, tagged.ok)]
    return [(str(name), tagged.ok & (kind == name)) for name in present]


@dataclass(frozen=True)
class Scores:
    """Log-odds of one signal over the rows of a tagged table; NaN where not read.

    Attributes
    ----------
    log_odds : ndarray of float, shape (rows,)
    real : bool
        Whether the table has scores for this signal at all.
    """

    log_odds: Floats
    real: bool

    @classmethod
    def of(cls, tagged: Tagged, signal: str) -> Scores:
        """Read the scores of a need or of ``none``."""
        p = tagged.p_none if signal == NONE else tagged.p[:, tagged.needs.index(signal)]
        known = np.isfinite(p) & tagged.ok
        real = bool(known.any()) and bool(known[tagged.ok].all())
        q = np.clip(np.where(known, p, 0.5), 1e-5, 1 - 1e-5)
        s = np.round(np.log(q / (1 - q)) * _STEP) / _STEP if real else np.full(len(p), _FLAT)
        return cls(np.where(tagged.ok, s, np.nan), real)

    def counted(self, rows: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """Return the distinct scores of some rows and how many have each."""
        values, counts = np.unique(self.log_odds[rows], return_counts=True)
        return values, counts.astype(np.float64)


def shift_to(scores: Floats, counts: Floats, share: float) -> float:
    """Return what must be added to the scores so that their mean probability is ``share``.

    Examples
    --------
    >>> round(shift_to(np.array([0.0]), np.array([10.0]), 0.9), 3)
    2.197
    """
    low, high = -40.0, 40.0
    for _ in range(80):
        middle = (low + high) / 2
        mean = float((1 / (1 + np.exp(-(scores + middle))) * counts).sum() / counts.sum())
        low, high = (middle, high) if mean < share else (low, middle)
    return (low + high) / 2


def ids_of(tagged: Tagged) -> list[str]:
    """Return one unique id per row: the ``id`` column where it is one, else the row's number."""
    if "id" in tagged.table.column_names:
        ids = [None if v is None else str(v) for v in tagged.column("id")]
        read = [i for i, ok in zip(ids, tagged.ok, strict=True) if ok]
        if _unique(read):
            return [f"row {k + 1}" if i is None else i for k, i in enumerate(ids)]
    return [f"row {k + 1}" for k in range(len(tagged))]


def _unique(ids: Iterable[str | None]) -> bool:
    seen = list(ids)
    return None not in seen and len(set(seen)) == len(seen)
