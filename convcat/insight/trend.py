"""The share of each need, month by month or week by week."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat import frames
from convcat.exceptions import InputError
from convcat.insight.contrast import Moments
from convcat.insight.distribution import distribution
from convcat.insight.intervals import z_of
from convcat.insight.periods import Every, periods_of
from convcat.insight.population import rows_by_kind
from convcat.insight.results import Result
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
    tagged = Tagged.of(tagged)
    periods = periods_of(tagged, by)
    overall = {
        (row.get("kind"), row["need"]): row["share"]
        for row in distribution(tagged, model=model).rows
    }
    rows: list[dict[str, Any]] = []
    for kind, inside in rows_by_kind(tagged):
        dated = inside & (periods.place >= 0)
        place, size = periods.place[dated], len(periods.names)
        n = np.bincount(place, minlength=size)
        for j, need in enumerate(tagged.needs if size else ()):
            p = np.nan_to_num(tagged.p[dated, j])
            centre = overall.get((kind, need), overall.get((None, need)))
            share, half = _shares(p, place, n, _or_mean(centre, p))
            tags = np.bincount(place, weights=tagged.tags[dated, j], minlength=size)
            rows += [
                {
                    **({} if kind is None else {"kind": kind}),
                    "need": need,
                    "period": name,
                    "share": float(share[i]) if n[i] else None,
                    "low": max(float(share[i] - z_of(level) * half[i]), 0.0) if n[i] else 0.0,
                    "high": min(float(share[i] + z_of(level) * half[i]), 1.0) if n[i] else 1.0,
                    "n": int(n[i]),
                    "tagged": int(tags[i]),
                    "partial": periods.partial[i],
                }
                for i, name in enumerate(periods.names)
            ]
    undated = int((tagged.ok & (periods.place < 0)).sum())
    return Trend(tuple(rows), by, level, undated, tagged.kind)


def _or_mean(centre: float | None, p: Floats) -> float:
    if centre is not None:
        return centre
    return float(p.mean()) if len(p) else 0.0


def _shares(
    p: Floats, place: npt.NDArray[np.int64], n: npt.NDArray[np.intp], centre: float
) -> tuple[Floats, Floats]:
    """Return the share of each period and its standard error."""
    moments = Moments.of(
        len(p), p.sum(keepdims=True), (p**2).sum(keepdims=True), (p**3).sum(keepdims=True)
    )
    size = np.maximum(n, 1)
    mean = np.bincount(place, weights=p, minlength=len(n)) / size
    square = np.bincount(place, weights=p**2, minlength=len(n)) / size
    lent = 5.0
    variance = (n * (square - mean**2) + lent * moments.variance) / np.maximum(n - 1 + lent, 1)
    share = np.clip(centre + (mean - moments.mean) / moments.separation, 0.0, 1.0)
    return share, np.sqrt(np.maximum(variance, 0.0) / size) / moments.separation
