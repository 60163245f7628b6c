"""Weekly series: the counts per week and channel that a change is looked for in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.insight.contrast import Moments
from convcat.insight.periods import times_of
from convcat.insight.population import KIND, UNKNOWN
from convcat.insight.slice_columns import REST, Key, slice_values
from convcat.insight.summaries import Summary, bin_centres, merge
from convcat.tagged import Tagged

WEEK, MONTH = "(week)", "(month)"
"""Columns that are made from ``time``; no column of a dump is named so."""
CHANNEL = "channel"
MOST_CHANNELS = 30
MOST_WEEKS = 160
"""How far back is looked, in weeks: three years, so that the time of the year can be told."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Series:
    """One kind of conversation, week by week and channel by channel.

    Attributes
    ----------
    kind : str or None
        ``None`` where the table has but one.
    weeks : tuple of str
        Mondays, in order, without a gap.
    channels : tuple of str or None
    needs : tuple of str
    n : ndarray of float, shape (weeks, channels)
        Conversations that were read.
    sums : ndarray of float, shape (weeks, channels, needs)
        Sums of scores.
    tagged : ndarray of float, shape (weeks, needs)
    moments : Moments
        Of the scores of each need, over all weeks.
    summary : Summary
        Of all weeks together: what levels are estimated from.
    """

    kind: str | None
    weeks: tuple[str, ...]
    channels: tuple[str | None, ...]
    needs: tuple[str, ...]
    n: Floats
    sums: Floats
    tagged: Floats
    moments: Moments
    summary: Summary

    @property
    def size(self) -> Floats:
        """Conversations per week."""
        return np.asarray(self.n.sum(axis=1))

    @property
    def mean(self) -> Floats:
        """Mean score per week and need; 0 in an empty week."""
        return np.asarray(self.sums.sum(axis=1) / np.maximum(self.size, 1)[:, None])


def dated(tagged: Tagged) -> Tagged:
    """Return the table with a week and a month of every row (null without a time).

    Raises
    ------
    InputError
        If the table has no column ``time``, or it holds no dates.
    """
    column = times_of(tagged, lacking="no change can be dated")
    zone = column.type.tz if pa.types.is_timestamp(column.type) else None
    # Local days: a customer's Monday begins where the shop is.
    moments = pc.cast(column, pa.timestamp("us", zone))
    local = pc.local_timestamp(moments) if zone else moments
    week = pc.floor_temporal(local, unit="week", week_starts_monday=True)
    month = pc.floor_temporal(local, unit="month")
    table = tagged.table
    for name, values in ((WEEK, _named(week, "%Y-%m-%d")), (MONTH, _named(month, "%Y-%m"))):
        if name in table.column_names:
            table = table.drop([name])
        table = table.append_column(name, values)
    return replace(tagged, table=table)


def _named(moments: pa.ChunkedArray, form: str) -> pa.Array:
    """Return moments as text: each different one is written once."""
    coded = pc.dictionary_encode(moments.combine_chunks())
    return pc.strftime(coded.dictionary, format=form).take(coded.indices)


def weekly(tagged: Any, mix: str = CHANNEL) -> Summary:
    """Count a tagged table, or the pieces of one, by kind, channel (or another column) and week."""
    return merge(pieces_of(tagged, _weekly, mix))


def _weekly(tagged: Tagged, first: int, mix: str) -> Summary:
    del first
    names = tagged.table.column_names
    if mix != CHANNEL or mix in names:
        slice_values(tagged, mix)  # complains where there is no such column
    by = tuple(name for name in (KIND, mix) if name in names)
    counted = Summary.of(dated(tagged), (*by, WEEK), max_values=None)
    return replace(counted, by=tuple(CHANNEL if name == mix else name for name in counted.by))


def pieces_of(tagged: Any, work: Callable[..., Any], *given: Any) -> Iterator[Any]:
    """Do some work on a table: at once where it is one, else on each of its pieces."""
    if hasattr(tagged, "census"):
        yield from tagged.map(work, *given)
    else:
        yield work(Tagged.of(tagged), 0, *given)


def only(tagged: Tagged, rows: npt.NDArray[np.bool_]) -> Tagged:
    """Return some rows of a tagged table."""
    return replace(
        tagged,
        table=tagged.table.filter(pa.array(rows)),
        **{
            name: getattr(tagged, name)[rows]
            for name in ("ok", "p", "p_none", "p_failed", "tags", "status")
        },
    )


def folded(summary: Summary, column: str, most: int) -> Summary:
    """Put the smallest values of a column together where there are very many: a handle each, say."""
    if column not in summary.by:
        return summary
    at = summary.by.index(column)
    size: dict[str | None, int] = {}
    for key, n in zip(summary.cells, summary.n.tolist(), strict=True):
        size[key[at]] = size.get(key[at], 0) + n
    if len(size) <= most:
        return summary
    kept = set(sorted(size, key=lambda name: (-size[name], str(name)))[:most])
    cells = tuple(
        key if key[at] in kept else (*key[:at], REST, *key[at + 1 :]) for key in summary.cells
    )
    return replace(summary, cells=cells).over(*summary.by)


def series_of(summary: Summary) -> list[Series]:
    """Return one series per kind from a summary by (kind, channel and) week.

    Kinds and weeks of no conversation are left out at the ends; gaps between stay, empty. Weeks
    further back than :data:`MOST_WEEKS` are left out.
    """
    summary = folded(summary, CHANNEL, MOST_CHANNELS)
    column = {name: summary.by.index(name) for name in summary.by}
    weeks = [str(key[column[WEEK]]) for key in summary.cells if key[column[WEEK]] is not None]
    oldest = _earlier(max(weeks), MOST_WEEKS - 1) if weeks else ""
    of_kind: dict[str, list[tuple[int, Key]]] = {}
    for i, key in enumerate(summary.cells):
        if (key[column[WEEK]] or "") >= oldest and key[column[WEEK]] and summary.n[i] > 0:
            kind = (key[column[KIND]] or UNKNOWN) if KIND in column else ""
            of_kind.setdefault(kind, []).append((i, key))
    several = len(of_kind) > 1
    return [
        _series(summary, cells, column, kind if several else None)
        for kind, cells in sorted(of_kind.items())
    ]


def mondays(first: str, last: str) -> tuple[str, ...]:
    """Return every Monday from the first to the last.

    Examples
    --------
    >>> mondays("2026-02-23", "2026-03-09")
    ('2026-02-23', '2026-03-02', '2026-03-09')
    """
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return tuple(
        (start + timedelta(weeks=k)).isoformat() for k in range((end - start).days // 7 + 1)
    )


def _earlier(monday: str, weeks: int) -> str:
    return (date.fromisoformat(monday) - timedelta(weeks=weeks)).isoformat()


def _series(
    summary: Summary,
    cells: Sequence[tuple[int, Key]],
    column: dict[str, int],
    kind: str | None,
) -> Series:
    needs, of = summary.needs, range(len(summary.needs))
    names = [str(key[column[WEEK]]) for _, key in cells]
    weeks = mondays(min(names), max(names))
    week = np.asarray([weeks.index(name) for name in names])
    labels = [key[column[CHANNEL]] if CHANNEL in column else None for _, key in cells]
    channels = tuple(sorted(set(labels), key=lambda c: (c is None, str(c))))
    channel = np.asarray([channels.index(label) for label in labels])
    rows = np.asarray([i for i, _ in cells])
    n = np.zeros((len(weeks), len(channels)))
    np.add.at(n, (week, channel), summary.n[rows].astype(np.float64))
    scored = summary.scored[rows][:, of].sum(axis=0) >= summary.n[rows].sum()
    score = np.where(scored, summary.sum_p[rows][:, of], summary.tagged[rows][:, of])
    sums = np.zeros((len(weeks), len(channels), len(needs)))
    np.add.at(sums, (week, channel), score)
    tagged = np.zeros((len(weeks), len(needs)))
    np.add.at(tagged, week, summary.tagged[rows][:, of].astype(np.float64))
    square = np.where(scored, summary.sum_pp[rows][:, of], summary.tagged[rows][:, of])
    cube = np.where(
        scored,
        summary.histogram[rows][:, of].sum(axis=0) @ bin_centres() ** 3,
        summary.tagged[rows][:, of].sum(axis=0),
    )
    return Series(
        kind=kind,
        weeks=weeks,
        channels=channels,
        needs=needs,
        n=n,
        sums=sums,
        tagged=tagged,
        moments=Moments.of(float(n.sum()), sums.sum(axis=(0, 1)), square.sum(axis=0), cube),
        summary=summary.take(rows).over(),
    )
