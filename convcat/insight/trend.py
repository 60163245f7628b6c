"""The share of each need, month by month or week by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat import frames
from convcat.exceptions import InputError
from convcat.insight.contrast import Moments
from convcat.insight.digest import Digest
from convcat.insight.distribution import distribution
from convcat.insight.intervals import z_of
from convcat.insight.periods import Every, days_of, places, spanned
from convcat.insight.results import Result
from convcat.insight.slice_sums import kind_rows
from convcat.insight.slices import exact, sums
from convcat.tagged import Tagged

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Trend(Result):
    """The share of each need per period.

    Attributes
    ----------
    rows : tuple of dict
        kind (where there are two), need, period, share, low, high, n, tagged, partial.
    by : {"month", "week"}
    level : float
    undated : int
        Conversations without a time, which stand in no period.
    """

    rows: tuple[dict[str, Any], ...]
    by: Every
    level: float
    undated: int
    kind: frames.Kind = "pyarrow"
    what: str = field(default="trend", init=False)
    columns = {  # noqa: RUF012
        **dict.fromkeys(("need", "period"), str),
        **dict.fromkeys(("share", "low", "high"), float),
        **dict.fromkeys(("n", "tagged"), int),
        "partial": bool,
    }

    def headline(self) -> str:
        """Return the sentence that stands above the rows."""
        undated = f" {self.undated:,} without a date are left out." if self.undated else ""
        return (
            f"Shares by {self.by}; the {self.level:.0%} intervals cover chance from one {self.by} "
            f"to the next, not the model's errors, which are alike in each.{undated}"
        )

    def facts(self) -> dict[str, Any]:
        """Return what is to be known beside the rows."""
        return {"by": self.by, "level": self.level, "undated": self.undated}


def trend(tagged: Any, *, by: Every = "month", level: float = 0.95, model: Any = None) -> Trend:
    """Return the share of each need in each month or week.

    Parameters
    ----------
    tagged : dataframe, path to Parquet or Tagged
        A tagged table with a column ``time``.
    by : {"month", "week"}, default "month"
        Weeks begin on Monday and are named by it.
    level : float, default 0.95
    model : optional
        As for :func:`~convcat.distribution`.

    Returns
    -------
    Trend
        Per kind and need one row per period, gaps included (n = 0, share ``None``); ``partial``
        marks a first or last period that the table covers only in part.

    Raises
    ------
    InputError
        If it is no tagged table, has no dates, or an option is out of its range.

    Notes
    -----
    The level is that of ``distribution`` over all periods; around it, periods differ as their mean
    scores do, divided by the separation of the scores (probabilistic adjusted count, Bella et al.
    2010), because calibrated scores lean to the overall share. The intervals are of the rate
    behind each period (a normal interval whose variance borrows five conversations' worth from
    the other periods).

    Examples
    --------
    >>> from datetime import datetime
    >>> import pyarrow as pa
    >>> table = pa.table({
    ...     "time": [datetime(2026, 3, 1), datetime(2026, 3, 31), datetime(2026, 4, 2)],
    ...     "needs": [["wismo"], [], []],
    ...     "p_wismo": [1.0, 0.0, 0.0],
    ...     "needs_status": ["ok"] * 3,
    ... })
    >>> [(row["period"], row["n"], row["partial"]) for row in trend(table).rows]
    [('2026-03', 2, False), ('2026-04', 1, True)]
    """
    if not 0 < level < 1:
        raise InputError(f"The level must lie between 0 and 1 (for example 0.95), not {level}.")
    if by not in ("month", "week"):
        raise InputError(f"Periods are 'month' or 'week', not {by!r}.")
    digest = Digest.of(tagged)
    first_last = digest.census.days
    names, partial = spanned(*first_last, by) if first_last else ((), ())
    kinds = digest.kinds()
    total = np.zeros((len(kinds), 4, len(names), len(digest.needs)))
    undated = 0
    for part, lost in digest.map(_sums, names, by, kinds):  # complains where there is no time
        total += part
        undated += lost
    overall = {
        (row.get("kind"), row["need"]): row["share"]
        for row in distribution(digest, model=model).rows
    }
    rows: list[dict[str, Any]] = []
    size = len(names)
    for kind, of in zip(kinds, total, strict=True):
        n = of[0, :, 0].astype(np.int64)
        for j, need in enumerate(digest.needs if size else ()):
            s1, s2, tags = of[1:, :, j]
            centre = overall.get((kind, need), overall.get((None, need)))
            share, half = _shares(n, s1, s2, centre)
            width = z_of(level) * half
            ends = [
                clipped(float(share[i]), float(width[i])) if n[i] else (0.0, 1.0)
                for i in range(size)
            ]
            rows += [
                {
                    **({} if kind is None else {"kind": kind}),
                    "need": need,
                    "period": name,
                    "share": float(share[i]) if n[i] else None,
                    **dict(zip(("low", "high"), ends[i], strict=True)),
                    "n": int(n[i]),
                    "tagged": int(tags[i]),
                    "partial": partial[i],
                }
                for i, name in enumerate(names)
            ]
    return Trend(tuple(rows), by, level, undated, digest.kind)


def _sums(
    tagged: Tagged, first: int, names: Sequence[str], by: Every, kinds: Sequence[str | None]
) -> tuple[Floats, int]:
    """Return, per kind, period and need: conversations, scores, squares and tags; and the undated."""
    del first
    place = places(days_of(tagged), names, by)
    p = np.nan_to_num(tagged.p)
    each = np.hstack([np.ones_like(p), exact(p), exact(p**2), tagged.tags])
    found = np.zeros((len(kinds), 4, len(names), p.shape[1]))
    for k, kind in enumerate(kinds):
        rows = kind_rows(tagged, kind) & (place >= 0)
        total = sums(place[rows], each[rows], len(names))
        found[k] = total.reshape(len(names), 4, p.shape[1]).transpose(1, 0, 2)
    return found, int((tagged.ok & (place < 0)).sum())


def clipped(share: float, half: float) -> tuple[float, float]:
    """Return the interval of a share, within 0 and 1."""
    return max(share - half, 0.0), min(share + half, 1.0)


def _shares(
    n: npt.NDArray[np.int64], s1: Floats, s2: Floats, centre: float | None
) -> tuple[Floats, Floats]:
    """Return the share of each period and its standard error."""
    total, sum_p = int(n.sum()), s1.sum(keepdims=True)
    moments = Moments.of(total, sum_p, s2.sum(keepdims=True), np.zeros(1))
    if centre is None:
        centre = float(sum_p[0]) / max(total, 1)
    size = np.maximum(n, 1)
    mean, square = s1 / size, s2 / size
    lent = 5.0
    variance = (n * (square - mean**2) + lent * moments.variance) / np.maximum(n - 1 + lent, 1)
    share = np.clip(centre + (mean - moments.mean) / moments.separation, 0.0, 1.0)
    return share, np.sqrt(np.maximum(variance, 0.0) / size) / moments.separation
