"""The conversations that were read, as cells of scores: what estimation works on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from convcat.insight.slice_columns import slice_values
from convcat.tagged import Tagged

if TYPE_CHECKING:
    from convcat.insight.digest import Digest

Floats = npt.NDArray[np.float64]
KIND = "kind"
UNKNOWN = "unknown"
"""The kind of conversations that no kind was given for, where others have one."""
_STEP = 16.0  # log-odds are kept to a sixteenth: distinct values stay few, whatever the size


def columns_by(tagged: Tagged | Digest, by: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the slice columns; reviews and support conversations are never silently pooled."""
    named = (by,) if isinstance(by, str) else tuple(by or ())
    return (KIND, *named) if KIND not in named and len(kinds_of(tagged)) > 1 else named


def kinds_of(tagged: Tagged | Digest) -> list[str]:
    """Return the kinds of conversation among the rows that were read."""
    if not isinstance(tagged, Tagged):
        summary = tagged.summary((KIND,)) if KIND in tagged.schema.names else None
        cells = () if summary is None else zip(summary.cells, summary.n, strict=True)
        return sorted({key[0] for key, n in cells if n and key[0]})
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


def steps_of(p: Floats) -> npt.NDArray[np.int64]:
    """Return log-odds in whole sixteenths, from -STEPS to STEPS.

    Examples
    --------
    >>> steps_of(np.array([0.5, 1.0])).tolist(), STEPS
    ([0, 184], 184)
    """
    q = np.clip(p, 1e-5, 1 - 1e-5)
    return np.round(np.log(q / (1 - q)) * _STEP).astype(np.int64)


STEPS = 184
_STEEPEST = 20.0


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


def steepness(scores: Floats, counts: Floats, shift: float) -> float:
    """Return how much scores must be shifted to move the log-odds of the share by one.

    The surer the scores, the more.

    Examples
    --------
    >>> steepness(np.array([0.0]), np.array([10.0]), 1.0)
    1.0
    >>> round(steepness(np.array([-4.0, 4.0]), np.array([10.0, 10.0]), 0.0), 1)
    14.2
    """
    m = 1 / (1 + np.exp(-(scores + shift)))
    share = float(m @ counts) / float(counts.sum())
    each = float((m * (1 - m)) @ counts) / float(counts.sum())
    return min(max(share * (1 - share) / max(each, 1e-9), 1.0), _STEEPEST)


def take(tagged: Tagged, rows: npt.ArrayLike) -> Tagged:
    """Return some rows of a tagged table, in this order."""
    at = np.asarray(rows, dtype=np.intp)
    return replace(
        tagged,
        table=tagged.table.take(at),
        ok=tagged.ok[at],
        p=tagged.p[at],
        p_none=tagged.p_none[at],
        p_failed=tagged.p_failed[at],
        tags=tagged.tags[at],
        status=tagged.status[at],
    )


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
