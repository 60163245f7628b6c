"""What began when: the week from which on a need is more, or less, common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat import frames
from convcat.exceptions import InputError
from convcat.insight.change_points_scan import Scan, Space
from convcat.insight.change_points_series import Series, series_of, weekly
from convcat.insight.comparison import Change, separation
from convcat.insight.intervals import z_of
from convcat.insight.multiplicity import cut, q_values
from convcat.insight.profile import ErrorProfile, profile_of
from convcat.insight.results import Result
from convcat.insight.unaudited import unaudited
from convcat.tagged import Tagged

FEWEST_WEEKS = 6
_MOST_STEPS = 4  # per need
NO_MIX = "No channel is given: if other shops, products or customers are heard now, that shows too."

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class ChangePoints(Result):
    """Which needs changed, and from which week on; see :func:`change_points`.

    Attributes
    ----------
    rows : tuple of dict
        kind (where there are two), need, since, since_low, since_high (Mondays), verdict ("up" or
        "down"), before, after, change, low, high, n_before, n_after, weeks, p_value, q_value;
        latest first.
    series : tuple of dict
        kind, need, week, share, low, high, n, fitted, season: what a chart of the weeks needs.
    level : float
    looked_at : int
        Needs that were looked at, over all kinds.
    note : str
        What the method allowed for, or why nothing could be looked at.
    """

    rows: tuple[dict[str, Any], ...]
    series: tuple[dict[str, Any], ...]
    level: float
    looked_at: int
    note: str
    kind: frames.Kind = "pyarrow"
    what: str = field(default="change_points", init=False)
    columns = {  # noqa: RUF012
        **dict.fromkeys(("need", "since", "since_low", "since_high", "verdict"), str),
        **dict.fromkeys(("before", "after", "change", "low", "high", "p_value", "q_value"), float),
        **dict.fromkeys(("n_before", "n_after", "weeks"), int),
    }

    def headline(self) -> str:
        """Return the sentence that stands above the rows."""
        count = f"{len(self.rows)} change{'s' * (len(self.rows) != 1)}"
        return f"{count} among {self.looked_at} needs looked at, week by week. {self.note}"

    def facts(self) -> dict[str, Any]:
        """Return what is to be known beside the rows."""
        return {"level": self.level, "looked_at": self.looked_at, "note": self.note}

    @property
    def improved(self) -> tuple[dict[str, Any], ...]:
        """The changes for the better: needs that became rarer."""
        return tuple(row for row in self.rows if row["verdict"] == "down")


@dataclass(frozen=True)
class Looked:
    """One need of one kind, with the spaces that its history leaves likely, and its p-value."""

    series: Series
    likely: tuple[tuple[float, Space], ...]
    need: int
    p: float = 1.0

    @property
    def space(self) -> Space:
        """The likeliest of them."""
        return self.likely[0][1]

    def p_value(self, steps: Sequence[int], seed: int) -> float:
        """Return that of a further step: over every way that roughness may last, by its chance."""
        shapes = _shapes(self.series, steps)
        rng = (self.series, self.need, seed, len(steps))
        return min(
            sum(
                chance * Scan.of(space, self.series, self.need, shapes).p_value(_rng(*rng))
                for chance, space in self.likely
            ),
            1.0,
        )


def change_points(
    tagged: Any, *, level: float = 0.95, mix: str = "channel", model: Any = None, seed: int = 0
) -> ChangePoints:
    """Find the weeks from which on a need is more, or less, common than before.

    Parameters
    ----------
    tagged : dataframe, path to Parquet or Tagged
        A tagged table with a column ``time``; six weeks or more.
    level : float, default 0.95
        Level of the intervals; one minus it is the share of false changes that is allowed.
    mix : str, default "channel"
        The column whose values may come, grow or go without that being a change; where the table
        has no channel, nothing is allowed for.
    model : optional
        As for :func:`~convcat.distribution`.
    seed : int, default 0
        Of the simulated histories that the p-values come from.

    Returns
    -------
    ChangePoints

    Raises
    ------
    InputError
        If it is no tagged table, has no dates, or an option is out of its range.

    Notes
    -----
    Every week of every need is tried as the first of a new level; the clearest is held against
    simulated histories in which nothing changed, whose weeks are as uneven as these. False
    discoveries are controlled over all needs and kinds (Benjamini-Hochberg); where a step is
    found, a further one is sought beside it. A channel that comes, grows or goes is no change, and
    from two years on neither is the time of the year. An error of the model's that is the same in
    all weeks cancels; that scores may tell carriers apart worse or better than known widens
    the interval of the change.

    Examples
    --------
    >>> from datetime import datetime, timedelta
    >>> import pyarrow as pa
    >>> days = [datetime(2026, 3, 2) + timedelta(days=k // 10) for k in range(980)]
    >>> late = [k % (10 if k < 560 else 3) == 0 for k in range(980)]
    >>> table = pa.table({
    ...     "time": days,
    ...     "needs": [["delay"] if x else [] for x in late],
    ...     "p_delay": [0.95 if x else 0.02 for x in late],
    ...     "needs_status": ["ok"] * 980,
    ... })
    >>> [(row["need"], row["since"], row["verdict"]) for row in change_points(table).rows]
    [('delay', '2026-04-27', 'up')]
    """
    if not 0.5 <= level < 1:
        raise InputError(f"level must be at least 0.5 and below 1, not {level}.")
    tagged = tagged if hasattr(tagged, "census") else Tagged.of(tagged)
    profile = profile_of(tagged.metadata, model)
    return find(series_of(weekly(tagged, mix)), profile, level=level, seed=seed, kind=tagged.kind)


def find(
    series: Sequence[Series],
    profile: ErrorProfile | None,
    *,
    level: float = 0.95,
    seed: int = 0,
    kind: frames.Kind = "pyarrow",
) -> ChangePoints:
    """Find change points in series that were counted already."""
    long = [one for one in series if int((one.size > 0).sum()) >= FEWEST_WEEKS]
    looked = [found for one in long for found in _first(one, seed)]
    p = [one.p for one in looked]
    q = q_values(p, [_chance(one) for one in looked] if looked else None)
    limit = cut(p, q, level)
    rows: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for one, q_value in zip(looked, q.tolist(), strict=True):
        steps = _all_steps(one, limit, seed) if q_value <= 1 - level else ()
        levels = _Levels.of(one, steps, profile, level)
        rows += levels.rows(one.p, q_value)
        lines += levels.lines()
    for short in series:
        if short not in long:
            for j in range(len(short.needs)):
                alone = Looked(short, Space.likely(short), j)
                lines += _Levels.of(alone, (), profile, level).lines()
    rows.sort(key=lambda row: (row["since"], row["p_value"]), reverse=False)
    rows.sort(key=lambda row: row["since"], reverse=True)
    return ChangePoints(tuple(rows), tuple(lines), level, len(looked), _note(long), kind)


def _note(long: Sequence[Series]) -> str:
    if not long:
        return f"A change point needs {FEWEST_WEEKS} weeks or more, and there are fewer."
    mixed = any(len(one.channels) > 1 for one in long)
    told = (
        f"{'Channels that grow and weeks' if mixed else 'Weeks'} that are uneven were allowed for"
    )
    if any(Space.of(one).season.shape[1] for one in long):
        told += ", and so was the time of the year."
    else:
        told += "; the time of the year was not: that needs two years."
    return told if mixed else f"{told} {NO_MIX}"


def _chance(one: Looked) -> float:
    """Return what chance a need has to show half as much again, between a tenth and one.

    A weight for the error control that knows how many there are, not when they came: a need that
    could not show anything does not make it harder for the others.
    """
    moments, total = one.series.moments, float(one.series.n.sum())
    mean, spread = float(moments.mean[one.need]), float(np.sqrt(moments.variance[one.need]))
    clear = 0.5 * mean * np.sqrt(total) / 2 / max(spread, 1e-9)
    return float(np.clip(clear / 4, 0.1, 1.0))


def _first(series: Series, seed: int) -> list[Looked]:
    likely = Space.likely(series)
    each = (Looked(series, likely, j) for j in range(len(series.needs)))
    return [replace(one, p=one.p_value((), seed)) for one in each]


def _rng(series: Series, need: int, seed: int, step: int = 0) -> np.random.Generator:
    # By name, not by place: a need's p-value does not depend on what stands beside it.
    name = f"{series.kind}/{series.needs[need]}".encode()
    return np.random.default_rng([seed, step, *name])


def _all_steps(one: Looked, limit: float, seed: int) -> tuple[int, ...]:
    """Return the first step and those that show beside it, each moved to its best place."""
    steps: list[int] = []
    while len(steps) < _MOST_STEPS:
        if steps and one.p_value(steps, seed) > limit:
            break
        steps.append(_beside(one, steps).best)
        for i in range(len(steps)) if len(steps) > 1 else ():
            steps[i] = _beside(one, steps[:i] + steps[i + 1 :]).best
        if len(set(steps)) < len(steps):
            steps = sorted(set(steps))
            break
    return tuple(sorted(steps))


def _beside(one: Looked, steps: Sequence[int]) -> Scan:
    return Scan.of(one.space, one.series, one.need, _shapes(one.series, steps))


def _shapes(series: Series, steps: Sequence[int]) -> Floats | None:
    weeks = np.arange(len(series.weeks))
    shapes = [np.asarray(weeks >= step, dtype=np.float64) for step in steps]
    return np.column_stack(shapes) if shapes else None


@dataclass(frozen=True)
class _Levels:
    """Shares before and after each step, and the line through the weeks."""

    one: Looked
    steps: tuple[int, ...]
    scans: tuple[Scan, ...]
    changes: tuple[Change, ...]
    centre: float
    apart: float
    level: float

    @classmethod
    def of(
        cls, one: Looked, steps: tuple[int, ...], profile: ErrorProfile | None, level: float
    ) -> _Levels:
        need = one.series.needs[one.need]
        summary = one.series.summary
        apart, unsure = separation([summary], (0,), one.need, need, profile)
        scans = tuple(_beside(one, [s for s in steps if s != step]) for step in steps)
        changes = []
        for scan in scans:
            size, variance, _ = scan.fitted
            # Over the likely weeks, not at the best one alone, which flatters the change.
            mean = float((scan.weights * size).sum())
            spread = float((scan.weights * (variance + (size - mean) ** 2)).sum())
            changes.append(Change(mean / apart, float(np.sqrt(spread)) / apart, unsure))
        centre = unaudited(summary, 0, need, profile).share if summary.n[0] else 0.0
        return cls(one, steps, scans, tuple(changes), centre, apart, level)

    def path(self) -> Floats:
        """Return the share that the steps say, week by week."""
        weeks = np.arange(len(self.one.series.weeks))
        line = np.zeros(len(weeks))
        for step, change in zip(self.steps, self.changes, strict=True):
            line += change.value * (weeks >= step)
        size = self.one.series.size
        mean = float((line * size).sum() / max(size.sum(), 1))
        return np.clip(self.centre + line - mean, 0.0, 1.0)

    def rows(self, p: float, q: float) -> list[dict[str, Any]]:
        series, path, ends = self.one.series, self.path(), (*self.steps, len(self.path()))
        rows = []
        for i, (step, scan, change) in enumerate(
            zip(self.steps, self.scans, self.changes, strict=True)
        ):
            first, last = scan.interval(self.level)
            start = self.steps[i - 1] if i else 0
            low, high = change.interval(z_of(self.level))
            rows.append({
                **({} if series.kind is None else {"kind": series.kind}),
                "need": series.needs[self.one.need],
                "since": series.weeks[step],
                "since_low": series.weeks[first],
                "since_high": series.weeks[last],
                "verdict": "up" if change.value > 0 else "down",
                "before": float(path[step - 1]),
                "after": float(path[step]),
                "change": float(path[step] - path[step - 1]),
                "low": low,
                "high": high,
                "n_before": int(series.size[start:step].sum()),
                "n_after": int(series.size[step : ends[i + 1]].sum()),
                "weeks": int(ends[i + 1] - step),
                "p_value": p,
                "q_value": q,
            })  # fmt: skip
        return rows

    def lines(self) -> list[dict[str, Any]]:
        series, j, path = self.one.series, self.one.need, self.path()
        n, mean = series.size, series.mean[:, j]
        centre = float(series.moments.mean[j])
        share = np.clip(self.centre + (mean - centre) / self.apart, 0.0, 1.0)
        rough = (self.one.space.rough * series.moments.variance[j]) ** 2
        spread = np.sqrt(series.moments.variance[j] / np.maximum(n, 1) + rough) / self.apart
        half = z_of(self.level) * spread
        return [
            {
                **({} if series.kind is None else {"kind": series.kind}),
                "need": series.needs[j],
                "week": week,
                "share": float(share[i]) if n[i] else None,
                "low": max(float(share[i] - half[i]), 0.0) if n[i] else None,
                "high": min(float(share[i] + half[i]), 1.0) if n[i] else None,
                "n": int(n[i]),
                "fitted": float(path[i]),
            }
            for i, week in enumerate(series.weeks)
        ]
