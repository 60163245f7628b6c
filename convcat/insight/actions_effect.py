"""What changed at a dated action: before and after, with an interval, as an association."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat import frames
from convcat.exceptions import InputError, did_you_mean
from convcat.insight.actions import Action
from convcat.insight.actions_words import judged_row, silence
from convcat.insight.agreement import holm
from convcat.insight.change_points_scan import PRIOR, Space
from convcat.insight.change_points_series import CHANNEL, Series, series_of
from convcat.insight.comparison import Change, separation
from convcat.insight.intervals import z_of
from convcat.insight.profile import ErrorProfile
from convcat.insight.results import Result
from convcat.insight.summaries import Summary
from convcat.insight.unaudited import unaudited

_WINDOW = 13  # weeks on either side: what is further off has other causes
_FEWEST = 2  # weeks that must lie on either side
_NEAR = 14  # days: closer than that, two actions cannot be told apart
_MARGIN = timedelta(days=7)  # a step so near an action may be its
_DRIFT = 0.05  # log-odds, as in `compare`
_TRENDING = 0.01  # two-sided p-value from which on a movement before the action is said

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Effects(Result):
    """What changed at each action; see :func:`effects_of`.

    Attributes
    ----------
    rows : tuple of dict
        date, action, slice, kind (where there are two), need, before, after, change, low, high,
        weeks_before, weeks_after, n_before, n_after, verdict ("down", "up" or "no clear
        difference"), words.
    level : float
    warnings : tuple of str
        Actions of which nothing can be said yet, and why.
    """

    rows: tuple[dict[str, Any], ...]
    level: float
    warnings: tuple[str, ...] = ()
    kind: frames.Kind = "pyarrow"
    what: str = field(default="effects", init=False)
    columns = {  # noqa: RUF012
        **dict.fromkeys(("before", "after", "change", "low", "high"), float),
        **dict.fromkeys(("weeks_before", "weeks_after", "n_before", "n_after"), int),
    }

    def headline(self) -> str:
        """Return the sentences that stand above the rows."""
        note = (
            f"What changed at each action, with {100 * self.level:g} % intervals: an association in "
            "time, not proof of the cause; what else happened in those weeks is in it."
        )
        return " ".join([note, *self.warnings])

    def facts(self) -> dict[str, Any]:
        """Return what is to be known beside the rows."""
        return {"level": self.level, "note": self.headline(), "warnings": list(self.warnings)}


def effects_of(
    views: Mapping[str, Summary],
    actions: Sequence[Action],
    profile: ErrorProfile | None,
    *,
    level: float = 0.95,
    steps: Sequence[Mapping[str, Any]] = (),
) -> Effects:
    """Return what changed at dated actions.

    Parameters
    ----------
    views : mapping of str to Summary
        ``channel`` by (kind, channel, week), and one by (kind, column, week) for every column
        that an action names.
    actions : sequence of Action
    profile : ErrorProfile or None
    level : float, default 0.95
    steps : sequence of dict
        Rows of change points: one that began clearly before or after an action gets a step of its
        own, and is not taken for the action's.

    Returns
    -------
    Effects
        A row per action, kind and need: those that it names, else every need, those that
        moved beyond chance (judged together) only.

    Notes
    -----
    An interrupted series (Wagner et al. 2002, J. Clin. Pharm. Ther. 27:299; Bernal et al. 2017,
    Int. J. Epidemiol. 46:348): up to 13 weeks on either side, one level before and one after, the
    week of the action shared out by its days, channels and uneven weeks allowed for as
    for change points. Other actions for the same need and place have a step of their own; one less
    than two weeks off cannot be told apart, and is named in the words. Where the share was moving before the action already, the words say so.
    """
    if not 0.5 <= level < 1:
        raise InputError(f"level must be at least 0.5 and below 1, not {level}.")
    rows: list[dict[str, Any]] = []
    silent: dict[str, list[str]] = {}  # why nothing is said: of which days
    for action in actions:
        found, why = _effects(views, action, actions, profile, level, steps)
        rows += found
        if why:
            silent.setdefault(why, []).append(str(action.day))
    warnings = [silence(list(dict.fromkeys(days)), why) for why, days in silent.items()]
    return Effects(tuple(rows), level, tuple(warnings))


def _effects(
    views: Mapping[str, Summary],
    action: Action,
    actions: Sequence[Action],
    profile: ErrorProfile | None,
    level: float,
    steps: Sequence[Mapping[str, Any]],
) -> tuple[list[dict[str, Any]], str]:
    series, why = _series(views, action)
    rows: list[dict[str, Any]] = []
    for one in series:
        cut = _window(one, action.day)
        if cut is None:
            why = _too_few(one, action.day)
            continue
        space = Space.of(cut)
        named = action.needs or cut.needs
        own = [
            _row(cut, space, action, actions, need, profile, level, _steps(steps, one, need))
            for need in named
            if need in cut.needs
        ]
        rows += [row for row in own if row is not None]
        if own and not any(own):
            why = "the effect cannot be told from that of another action"
    p = holm([row["p"] for row in rows])
    judged = [judged_row(row, adjusted, level) for row, adjusted in zip(rows, p, strict=True)]
    if not action.needs:
        judged = [row for row in judged if row["verdict"] != "no clear difference"]
        if rows and not judged:
            why = "no need moved beyond chance"
    return judged, "" if judged else why


def _series(views: Mapping[str, Summary], action: Action) -> tuple[list[Series], str]:
    """Return the weekly series of the place of an action."""
    column = action.column or CHANNEL
    if column not in views:
        return [], f"there are no counts by {column!r}"
    view = views[column]
    if action.value is None:
        return series_of(view), "there are no dated conversations"
    at = view.by.index(column)
    values = sorted({str(key[at]) for key in view.cells if key[at] is not None})
    same = [i for i, key in enumerate(view.cells) if _fold(key[at]) == _fold(action.value)]
    if not same:
        near = did_you_mean(action.value, values)
        return [], f"no conversation has {column} {action.value!r}{near and '.' + near.rstrip('?')}"
    # One place is one stream: what is left to split it by is the week.
    part = view.take(same)
    return series_of(part.over(*(name for name in part.by if name != column))), ""


def _fold(value: str | None) -> str:
    return " ".join(str(value or "").casefold().split())


def _window(series: Series, day: date) -> Series | None:
    """Return the weeks around a day, or ``None`` where there are too few."""
    at = _at(series, day)
    first, last = max(0, int(at) - _WINDOW), min(len(series.weeks), int(at) + 1 + _WINDOW)
    if at < 0 or at > len(series.weeks):
        return None
    size = series.size
    before = int((size[first : max(int(at), 0)] > 0).sum())
    after = int((size[int(np.ceil(at)) : last] > 0).sum())
    if min(before, after) < _FEWEST:
        return None
    return replace(
        series,
        weeks=series.weeks[first:last],
        n=series.n[first:last],
        sums=series.sums[first:last],
        tagged=series.tagged[first:last],
    )


def _too_few(series: Series, day: date) -> str:
    """Return why nothing can be said of a day without enough weeks around it."""
    at = _at(series, day)
    if at < _FEWEST:
        return f"fewer than {_FEWEST} weeks of conversations lie before"
    return f"fewer than {_FEWEST} weeks of conversations lie after so far"


def _at(series: Series, day: date) -> float:
    """Return the day as a week number, with the part of the week that had passed."""
    return (day - date.fromisoformat(series.weeks[0])).days / 7


def _line(series: Series, day: date) -> Floats:
    """Return which part of each week lies after a day."""
    return np.clip(np.arange(len(series.weeks)) + 1 - _at(series, day), 0.0, 1.0)


def _row(
    series: Series,
    space: Space,
    action: Action,
    actions: Sequence[Action],
    need: str,
    profile: ErrorProfile | None,
    level: float,
    steps: Sequence[tuple[date, date, date]],
) -> dict[str, Any] | None:
    from scipy.special import stdtr

    j = series.needs.index(need)
    line = _line(series, action.day)
    others = _others(action, actions, need)
    far = [other.day for other in others if abs((other.day - action.day).days) >= _NEAR]
    own = [
        since
        for low, since, high in steps
        if not low - _MARGIN <= action.day <= high + _MARGIN
        and all(abs((since - day).days) >= _NEAR for day in far)
    ]
    lines = [_line(series, day) for day in sorted({*far, *own})]
    beside = [x for x in lines if _FEWEST <= x.sum() <= len(x) - _FEWEST]
    fit = _fit(series, space, j, line, beside)
    if fit is None:
        return None
    size, error, free = fit
    variance = float(series.moments.variance[j])
    apart, unsure = separation([series.summary], (0,), j, need, profile)
    error = float(np.hypot(error, _DRIFT * variance)) / apart
    # A Student interval, by widening the error to where the normal one is as wide.
    wide = _student(level, free) / z_of(level)
    change = Change(size / apart, error * wide, unsure)
    low, high = change.interval(z_of(level))
    n, share = series.size, line
    # The level is of all weeks; the window may lie above or below it.
    window = float(series.sums[:, :, j].sum() / max(n.sum(), 1))
    level_of = unaudited(series.summary, 0, need, profile).share
    level_of += (window - float(series.moments.mean[j])) / apart
    after_part = float((share * n).sum() / max(n.sum(), 1))
    before = float(np.clip(level_of - change.value * after_part, 0, 1))
    after = float(np.clip(before + change.value, 0, 1))
    return {
        "date": action.day.isoformat(),
        "action": action.action,
        "slice": action.place,
        **({} if series.kind is None else {"kind": series.kind}),
        "need": need,
        "before": before,
        "after": after,
        "change": after - before,
        "low": low,
        "high": high,
        "weeks_before": int(((share <= 0) & (n > 0)).sum()),
        "weeks_after": int(((share >= 1) & (n > 0)).sum()),
        "n_before": round(float(((1 - share) * n).sum())),
        "n_after": round(float((share * n).sum())),
        "p": float(2 * stdtr(free, -abs(change.value) / max(error, 1e-12))),
        "moving": _moving(series, space, j, line, beside),
        "with": [other.action for other in others if other.day not in far],
    }


def _steps(
    steps: Sequence[Mapping[str, Any]], series: Series, need: str
) -> list[tuple[date, date, date]]:
    """Return the first, the likeliest and the last day of each step of a need."""
    return [
        (
            date.fromisoformat(row["since_low"]),
            date.fromisoformat(row["since"]),
            date.fromisoformat(row["since_high"]) + timedelta(days=6),
        )
        for row in steps
        if row["need"] == need and row.get("kind", series.kind) == series.kind
    ]


def _others(action: Action, actions: Sequence[Action], need: str) -> list[Action]:
    """Return the other actions that speak of the same need and place."""
    return [
        other
        for other in actions
        if other is not action
        and (not other.needs or need in other.needs)
        and (other.column is None or (other.column, other.value) == (action.column, action.value))
    ]


def _fit(
    series: Series, space: Space, j: int, line: Floats, beside: Sequence[Floats]
) -> tuple[float, float, float] | None:
    """Return the size of a line in the scores, its standard error and degrees of freedom."""
    variance = max(float(series.moments.variance[j]), 1e-9)
    weight = 1 / np.sqrt(space.spread(variance))
    y = weight * space.evidence(series.sums[:, :, j : j + 1])[:, 0]
    x = weight * space.shapes(line)
    if beside:
        q, r = np.linalg.qr(weight[:, None] * space.shapes(np.column_stack(beside)))
        q = q[:, np.abs(np.diag(r)) > 1e-9]
        y, whole = y - q @ (q.T @ y), float(x @ x)
        x = x - q @ (q.T @ x)
        if float(x @ x) < 0.02 * whole:  # two actions that cannot be told apart
            return None
    information = float(x @ x)
    if information <= 1e-9:
        return None
    size = float(x @ y) / information
    left = float(((y - size * x) ** 2).sum())
    free = PRIOR + max(len(y) - len(beside) - 1, 0)
    return size, float(np.sqrt((PRIOR + left) / free / information)), free


def _moving(series: Series, space: Space, j: int, line: Floats, beside: Sequence[Floats]) -> int:
    """Return 1 or -1 where the share rose or fell steadily before the action already, else 0."""
    from scipy.special import stdtr

    until = (line <= 0).sum()
    if until < 4:
        return 0
    slope = np.minimum(np.arange(len(line)), until).astype(np.float64)
    fit = _fit(series, space, j, slope, [line, *beside])
    if fit is None:
        return 0
    size, error, free = fit
    p = float(2 * stdtr(free, -abs(size) / max(error, 1e-12)))
    return 0 if p > _TRENDING else 1 if size > 0 else -1


def _student(level: float, free: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(free, (1 + level) / 2))
