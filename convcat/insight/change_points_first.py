"""Since when a failure shows: the week from which on a slice stands out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.insight.change_points import FEWEST_WEEKS
from convcat.insight.change_points_scan import Scan, Space
from convcat.insight.change_points_series import WEEK, Series, dated, mondays, pieces_of
from convcat.insight.contrast import Moments
from convcat.insight.failures import failed_scores
from convcat.insight.found import Failures
from convcat.insight.intervals import z_of
from convcat.insight.population import KIND, UNKNOWN
from convcat.insight.summaries import Summary
from convcat.tagged import Tagged

_MOST = 60  # findings that are dated: nobody reads on
_LEVEL = 0.99  # one date per finding, on no other error control
_BEFORE = 0.9  # two-sided: beyond chance, one-sided .05, before a step
FROM_START = "from the start"

Floats = npt.NDArray[np.float64]
Weeks = dict[str, Floats]
"""Per week: conversations, sum, sum of squares and of cubes of scores, inside and elsewhere."""


def with_first_seen(found: Failures, tagged: Any, *, seed: int = 0) -> Failures:
    """Return the failures with the week each was first seen.

    Parameters
    ----------
    found : Failures
    tagged : dataframe, path to Parquet, Tagged or digest
        The table that was searched; without dates the failures come back as they are.
    seed : int, default 0
        Of the simulated weeks that the p-values come from.

    Returns
    -------
    Failures
        ``rows`` with ``first_seen``: the Monday of the week from which on the slice stands out from
        elsewhere, or "from the start" where it does as far back as the table goes, though it may
        have got worse since.
    """
    rows = found.rows[:_MOST]
    weeks: list[Weeks] = [{} for _ in rows]
    for piece in pieces_of(tagged, _count, found, tuple(rows)):
        if piece is None:
            return found
        for mine, more in zip(weeks, piece, strict=True):
            for week, values in more.items():
                mine[week] = mine[week] + values if week in mine else values
    told = [_seen(counts, seed) for counts in weeks]
    dated_rows = [{**row, **seen} for row, seen in zip(rows, told, strict=True)]
    rest = [{**row, "first_seen": None} for row in found.rows[_MOST:]]
    return replace(found, rows=(*dated_rows, *rest))


def _count(
    tagged: Tagged, first: int, found: Failures, rows: Sequence[Mapping[str, Any]]
) -> list[Weeks] | None:
    del first
    if "time" not in tagged.table.column_names or not _is_dated(tagged):
        return None
    week = np.asarray(dated(tagged).table[WEEK].to_pylist(), dtype=object)
    scores, _ = failed_scores(tagged)
    kind = (
        np.asarray([v or UNKNOWN for v in tagged.column(KIND)], dtype=object)
        if KIND in tagged.table.column_names
        else np.full(len(tagged), None, dtype=object)
    )
    ok = tagged.ok & (week != None)  # noqa: E711 - elementwise
    counted = []
    for row in rows:
        mine = ok & (kind == row["kind"]) if row.get("kind") is not None else ok
        names, place = np.unique(week[mine].astype(str), return_inverse=True)
        inside = found.members(tagged, row)[mine]
        p = scores[mine, tagged.needs.index(row["need"])]
        sums = np.zeros((len(names), 2, 4))
        for k in range(4):
            np.add.at(sums[:, :, k], (place, np.where(inside, 0, 1)), p**k)
        counted.append({str(name): sums[i] for i, name in enumerate(names)})
    return counted


def _is_dated(tagged: Tagged) -> bool:
    import pyarrow as pa

    kind = tagged.table.schema.field("time").type
    return bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind))


def _seen(counts: Weeks, seed: int) -> dict[str, Any]:
    """Return the week from which on inside stands out from elsewhere."""
    if not counts:
        return {"first_seen": None}
    weeks = mondays(min(counts), max(counts))
    sums = np.array([counts.get(week, np.zeros((2, 4))) for week in weeks])
    start = {"first_seen": FROM_START}
    series = _difference(weeks, sums)
    if int((series.n > 0).sum()) < FEWEST_WEEKS:
        return start
    scan = Scan.of(Space.usual(series), series, 0)
    size = scan.fitted[0][scan.best - 1]
    if size <= 0 or scan.p_value(np.random.default_rng(seed)) > 1 - _LEVEL:
        return start
    return start if _stood_out(series, scan.best) else {"first_seen": weeks[scan.best]}


def _stood_out(series: Series, step: int) -> bool:
    """Return whether the slice stood out before a step: then it got worse, and began earlier.

    What stood out by half as much as after it, or beyond chance, was there already.
    """
    n, difference = series.n[:, 0], series.sums[:, 0, 0]
    size, later = max(float(n[:step].sum()), 1e-9), max(float(n[step:].sum()), 1e-9)
    before, after = float(difference[:step].sum()) / size, float(difference[step:].sum()) / later
    error = float(np.sqrt(series.moments.variance[0] / size))
    return before > min(after / 2, z_of(_BEFORE) * error)


def _difference(weeks: tuple[str, ...], sums: Floats) -> Series:
    """Return the difference of inside and elsewhere as a series of its own.

    A difference of two means is as sure as one mean of so many conversations as ``n`` says.
    """
    n = sums[:, :, 0]
    both = n[:, 0] * n[:, 1] / np.maximum(n.sum(axis=1), 1)
    mean = sums[:, :, 1] / np.maximum(n, 1)
    whole = sums.sum(axis=(0, 1))
    return Series(
        kind=None,
        weeks=weeks,
        channels=(None,),
        needs=("",),
        n=both[:, None],
        sums=(both * (mean[:, 0] - mean[:, 1]))[:, None, None],
        tagged=np.zeros((len(weeks), 1)),
        moments=Moments.of(whole[0], *(whole[k : k + 1] for k in (1, 2, 3))),
        summary=Summary.from_dict(_NOTHING),
    )


_NOTHING: dict[str, Any] = {
    name: []
    for name in (
        *("needs", "by", "cells", "n", "unread", "tagged", "scored"),
        *("fixed_p", "fixed_pp", "histogram", "together"),
    )
} | {"folded": {}}
