"""The change between two months, split into volume, channel mix and the need itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat import frames
from convcat.exceptions import InputError, did_you_mean
from convcat.insight.change_points_series import CHANNEL
from convcat.insight.comparison import Change as Interval
from convcat.insight.comparison import separation
from convcat.insight.history_month import Month
from convcat.insight.history_trend import moments_of
from convcat.insight.intervals import z_of
from convcat.insight.multiplicity import judged
from convcat.insight.profile import ErrorProfile
from convcat.insight.reading import spread_of
from convcat.insight.results import Result
from convcat.insight.summaries import Summary, merge
from convcat.insight.unaudited import unaudited

_DRIFT = 0.05  # log-odds: how far the reading of one shop may move between two months

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Change(Result):
    """What lies behind the change between two months; see :meth:`convcat.History.change`.

    Attributes
    ----------
    rows : tuple of dict
        kind (where there are two), need, before, after, change; ``mix`` and ``itself``, which add
        up to the change, each with its ``_low`` and ``_high``; n_before, n_after; ``extra``, the
        conversations with the need that came more, and ``by_volume``, ``by_mix`` and ``by_itself``,
        which add up to it; verdict ("up", "down" or "noise"), on the need itself.
    before, after : tuple of str
        The months.
    level : float
    """

    rows: tuple[dict[str, Any], ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    level: float
    kind: frames.Kind = "pyarrow"
    what: str = field(default="change", init=False)
    columns = {  # noqa: RUF012
        **dict.fromkeys(("before", "after", "change"), float),
        **dict.fromkeys(("mix", "mix_low", "mix_high"), float),
        **dict.fromkeys(("itself", "itself_low", "itself_high"), float),
        **dict.fromkeys(("n_before", "n_after"), int),
        **dict.fromkeys(("extra", "by_volume", "by_mix", "by_itself"), float),
    }

    def headline(self) -> str:
        """Return the sentences that stand above the rows."""
        return (
            f"From {', '.join(self.before)} to {', '.join(self.after)}: 'mix' is what the channels' "
            f"parts alone would have moved, 'itself' what moved within channels, with "
            f"{100 * self.level:g} % intervals; a channel that is new or gone is in the mix."
        )

    def facts(self) -> dict[str, Any]:
        """Return what is to be known beside the rows."""
        return {"level": self.level, "before": list(self.before), "after": list(self.after)}


def change_between(
    months: Sequence[Month],
    before: str | Sequence[str] | None,
    after: str | Sequence[str] | None,
    profile: ErrorProfile | None,
    *,
    level: float = 0.95,
) -> Change:
    """Split the change between months.

    Parameters
    ----------
    months : sequence of Month
    before, after : str or sequence of str, optional
        By default the last two.
    profile : ErrorProfile or None
    level : float

    Raises
    ------
    InputError
        If a month is not there, or the two sides were read differently.

    Notes
    -----
    With ``q`` the channels' parts and ``r`` the share of the need within each, the change of the
    share is split without remainder into ``sum((q1 - q0) (r0 + r1) / 2)`` and
    ``sum((r1 - r0) (q0 + q1) / 2)`` (Kitagawa 1955, J. Am. Stat. Assoc. 50:1168); volume is split
    off the number of conversations in the same way (Das Gupta 1993, Census Bureau P23-186). A
    channel that is on one side only has no change of its own: its ``r`` is taken as the same on
    both. An error of the model that is the same in all months cancels within channels; between
    channels it does not, so the interval of the mix also holds how unevenly sources are read.
    """
    if not 0 < level < 1:
        raise InputError(f"The level must lie between 0 and 1 (for example 0.95), not {level}.")
    sides = _sides(months, before, after)
    readings = {(m.kind, m.reading) for side in sides for m in side}
    if len(readings) > len({kind for kind, _ in readings}):
        names = [", ".join(sorted({m.month for m in side})) for side in sides]
        raise InputError(
            f"{names[0]} and {names[1]} were not read alike (another model, taxonomy or option), so "
            "their difference may be the reading: read the dumps of one again as the other "
            "(`convcat run ... --history`), which replaces it."
        )
    kinds = sorted({m.kind for m in sides[0]} & {m.kind for m in sides[1]}, key=str)
    several = len({m.kind for m in months}) > 1
    rows: list[dict[str, Any]] = []
    for kind in kinds:
        views = [
            merge(m.views[CHANNEL] for m in side if m.kind == kind).over(CHANNEL) for side in sides
        ]
        told = {"kind": kind} if several else {}
        rows += [{**told, **row} for row in _rows(views, profile, level)]
    names_of = [tuple(sorted({m.month for m in side})) for side in sides]
    return Change(tuple(judged(rows, level)), names_of[0], names_of[1], level)


def _sides(
    months: Sequence[Month],
    before: str | Sequence[str] | None,
    after: str | Sequence[str] | None,
) -> tuple[list[Month], list[Month]]:
    known = sorted({month.month for month in months})
    if len(known) < 2:
        raise InputError("A change needs two months, and the history holds fewer.")
    last = _named(after, known) if after is not None else [known[-1]]
    if before is not None:
        first = _named(before, known)
    else:
        earlier = [name for name in known if name < min(last)]
        if not earlier:
            raise InputError(f"The history holds no month before {min(last)}.")
        first = [earlier[-1]]
    return (
        [month for month in months if month.month in first],
        [month for month in months if month.month in last],
    )


def _named(names: str | Sequence[str], known: Sequence[str]) -> list[str]:
    listed = [names] if isinstance(names, str) else list(names)
    for name in listed:
        if name not in known:
            near = did_you_mean(str(name), known)
            raise InputError(
                f"The history holds no month {name!r}.{near} It holds {known[0]} to {known[-1]}."
            )
    return listed


def _rows(views: list[Summary], profile: ErrorProfile | None, level: float) -> list[dict[str, Any]]:
    channels = sorted({key for view in views for key in view.cells}, key=str)
    at = [{key: i for i, key in enumerate(view.cells)} for view in views]
    n = np.array(
        [[v.n[a[c]] if c in a else 0 for c in channels] for v, a in zip(views, at, strict=True)]
    )
    if n.sum(axis=1).min() == 0:
        return []
    whole = views[0].over() + views[1].over()
    rows = []
    for j, need in enumerate(whole.needs):
        scored = bool(whole.scored[0, j] >= whole.n[0])
        sums = np.zeros((2, len(channels)))
        squares = np.zeros((2, len(channels)))
        for s, (view, a) in enumerate(zip(views, at, strict=True)):
            for c, key in enumerate(channels):
                if key in a:
                    sums[s, c] = (view.sum_p if scored else view.tagged)[a[key], j]
                    squares[s, c] = (view.sum_pp if scored else view.tagged)[a[key], j]
        apart, unsure = separation([whole], (0,), j, need, profile)
        split = _split(n.astype(float), sums, squares, apart)
        moments = moments_of(whole, j, scored=scored)
        uneven = float(spread_of(profile, [need], moments, np.ones(1)).variance(moments.mean)[0])
        parts = _intervals(split, n.astype(float), moments, apart, unsure, uneven, level)
        centre = unaudited(whole, 0, need, profile).share
        rows.append({"need": need, **_told(split, parts, n, centre)})
    return rows


@dataclass(frozen=True)
class _Split:
    mix: float
    itself: float
    mix_noise: float
    itself_noise: float


def _split(n: Floats, sums: Floats, squares: Floats, apart: float) -> _Split:
    """Return Kitagawa's two parts, in shares, and their sampling variances."""
    size, part = np.maximum(n, 1), n / n.sum(axis=1, keepdims=True)
    rate, both = sums / size, (n > 0).all(axis=0)
    only = np.where(n[0] > 0, 0, 1)
    single = rate[only, np.arange(n.shape[1])]
    rate = np.where(both, rate, single)
    # A rare need that was not seen may still have been there.
    variance = np.maximum(squares / size - (sums / size) ** 2, 0.25 / size) / size
    moved, held = part[1] - part[0], part.mean(axis=0)
    pooled = np.where(both, variance.sum(axis=0) / 4, variance[only, np.arange(n.shape[1])])
    return _Split(
        mix=float((moved * rate.mean(axis=0)).sum() / apart),
        itself=float(((rate[1] - rate[0]) * held).sum() / apart),
        mix_noise=float((moved**2 * pooled).sum() / apart**2),
        itself_noise=float((held**2 * variance.sum(axis=0) * both).sum() / apart**2),
    )


def _intervals(
    split: _Split,
    n: Floats,
    moments: Any,
    apart: float,
    unsure: float,
    uneven: float,
    level: float,
) -> dict[str, tuple[float, float] | float]:
    part = n / n.sum(axis=1, keepdims=True)
    moved = float(((part[1] - part[0]) ** 2).sum())
    mean = float(moments.mean[0])
    drift = (_DRIFT * mean * (1 - mean)) ** 2
    mix = Interval(split.mix, float(np.sqrt(split.mix_noise + moved * uneven / apart**2)), unsure)
    itself = Interval(split.itself, float(np.sqrt(split.itself_noise + drift)), unsure)
    z = z_of(level)
    clear = itself.value / itself.error if itself.error > 0 else 0.0
    return {"mix": mix.interval(z), "itself": itself.interval(z), "z": clear}


def _told(split: _Split, parts: dict[str, Any], n: Any, centre: float) -> dict[str, Any]:
    size = n.sum(axis=1)
    change = split.mix + split.itself
    start = float(np.clip(centre - change * size[1] / size.sum(), 0, 1))
    end = float(np.clip(start + change, 0, 1))
    scale = (end - start) / change if change else 1.0  # only where a share would leave 0 to 1
    mean = float(size.mean())
    mix, itself = split.mix * scale, split.itself * scale
    return {
        "before": start,
        "after": end,
        "change": end - start,
        "mix": mix,
        "mix_low": parts["mix"][0],
        "mix_high": parts["mix"][1],
        "itself": itself,
        "itself_low": parts["itself"][0],
        "itself_high": parts["itself"][1],
        "n_before": int(size[0]),
        "n_after": int(size[1]),
        "extra": float(size[1] * end - size[0] * start),
        "by_volume": float((size[1] - size[0]) * (start + end) / 2),
        "by_mix": mix * mean,
        "by_itself": itself * mean,
        "z": parts["z"],
    }
