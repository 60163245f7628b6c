"""The share of each need per period, from kept counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from convcat.exceptions import InputError
from convcat.insight.change_points_series import CHANNEL, WEEK
from convcat.insight.contrast import Moments
from convcat.insight.history_month import Month
from convcat.insight.intervals import z_of
from convcat.insight.periods import Every, spanned
from convcat.insight.profile import ErrorProfile
from convcat.insight.summaries import Summary, bin_centres, merge
from convcat.insight.trend import Trend, clipped
from convcat.insight.unaudited import unaudited


def trend_of(
    months: Sequence[Month], *, by: Every, level: float, profile: ErrorProfile | None
) -> Trend:
    """Return the trend over months that were read alike."""
    if by not in ("month", "week"):
        raise InputError(f"Periods are 'month' or 'week', not {by!r}.")
    if not 0 < level < 1:
        raise InputError(f"The level must lie between 0 and 1 (for example 0.95), not {level}.")
    rows: list[dict[str, Any]] = []
    kinds = sorted({month.kind for month in months}, key=str)
    for kind in kinds:
        own = [month for month in months if month.kind == kind]
        days = [date.fromisoformat(day) for month in own for day in month.days]
        partial = dict(zip(*spanned(min(days), max(days), by), strict=True))
        told = {"kind": kind} if len(kinds) > 1 else {}
        for row in _rows(_periods(own, by), profile, level):
            period = row["period"]
            rows.append({**told, **row, "partial": partial.get(period, False)})
    return Trend(tuple(rows), by, level, 0)


def _periods(months: Sequence[Month], by: Every) -> dict[str, Summary | None]:
    """Return the counts of each period, gaps included, in order."""
    if by == "month":
        found = {month.month: month.views[CHANNEL].over() for month in months}
        return {name: found.get(name) for name in _months(min(found), max(found))}
    whole = merge(month.views[CHANNEL].over(WEEK) for month in months)
    weeks = {str(key[0]): i for i, key in enumerate(whole.cells) if key[0] is not None}
    first, last = date.fromisoformat(min(weeks)), date.fromisoformat(max(weeks))
    names = [(first + timedelta(weeks=k)).isoformat() for k in range((last - first).days // 7 + 1)]
    return {name: whole.take([weeks[name]]).over() if name in weeks else None for name in names}


def _months(first: str, last: str) -> list[str]:
    year, month = map(int, first.split("-"))
    names = [first]
    while names[-1] < last:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        names.append(f"{year:04d}-{month:02d}")
    return names


def _rows(
    periods: dict[str, Summary | None], profile: ErrorProfile | None, level: float
) -> list[dict[str, Any]]:
    known = [summary for summary in periods.values() if summary is not None]
    whole = merge(known)
    rows = []
    for j, need in enumerate(whole.needs):
        if not whole.n[0]:
            continue
        centre = unaudited(whole, 0, need, profile).share
        scored = whole.scored[0, j] >= whole.n[0]
        moments = moments_of(whole, j, scored=bool(scored))
        for name, summary in periods.items():
            n = int(summary.n[0]) if summary is not None else 0
            if summary is None or not n:
                rows.append(_empty(need, name))
                continue
            one = moments_of(summary, j, scored=bool(scored))
            mean, pooled = float(one.mean[0]), float(moments.variance[0])
            lent, apart = 5.0, float(moments.separation[0])
            variance = (n * float(one.variance[0]) + lent * pooled) / max(n - 1 + lent, 1)
            share = float(np.clip(centre + (mean - float(moments.mean[0])) / apart, 0.0, 1.0))
            half = z_of(level) * float(np.sqrt(max(variance, 0.0) / n)) / apart
            low, high = clipped(share, half)
            rows.append({
                "need": need, "period": name, "share": share, "low": low, "high": high,
                "n": n, "tagged": int(summary.tagged[0, j]),
            })  # fmt: skip
    return rows


def _empty(need: str, period: str) -> dict[str, Any]:
    return {
        "need": need, "period": period, "share": None, "low": 0.0, "high": 1.0, "n": 0, "tagged": 0,
    }  # fmt: skip


def moments_of(summary: Summary, j: int, *, scored: bool) -> Moments:
    """Return the moments of one need's scores, or of its tags, in a summary of one cell."""
    if scored:
        sums = summary.sum_p[0, j], summary.sum_pp[0, j]
        cube = float(summary.histogram[0, j] @ bin_centres() ** 3)
    else:
        sums = (float(summary.tagged[0, j]),) * 2
        cube = float(summary.tagged[0, j])
    s1, s2, s3 = (np.asarray([x]) for x in (*sums, cube))
    return Moments.of(float(summary.n[0]), s1, s2, s3)
