"""How rough weeks are, for every need alike, and how long it lasts: learned from all needs together.

What is left of the weeks beside chance is one variance per way that roughness may last from week to
week (an autoregression) and per strength. The steadier needs speak for all: what stepped is not
rough, and a need that is rougher than that is met by a moderated variance later.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from convcat.insight.change_points_series import Series

if TYPE_CHECKING:
    from convcat.insight.change_points_scan import Space

ROUGH = np.array([0.0, 0.03, 0.06, 0.09, 0.12, 0.15, 0.18, 0.22, 0.26, 0.3, 0.36, 0.44, 0.55, 0.7])
"""Standard deviations of a whole week, in log-odds, that are tried."""
LASTING = (0.0, 0.25, 0.5, 0.75, 0.9)
"""How much of a rough week is left in the next, as is tried."""
USUAL = 0.06
"""Roughness where nothing can be learned of it."""
_SEEN = 20  # conversations with a need from which on it says something of weeks
_STEADY = 0.75  # part of the needs that speak of roughness

Floats = npt.NDArray[np.float64]


def rough_steps(space: Space, series: Series) -> float:
    """Return the roughness of weeks, were it not to last, from what lies between each and the next."""
    common = series.sums.sum(axis=(0, 1)) > _SEEN
    if not common.any() or len(space.to) < 2:
        return USUAL
    # The weeks' levels, channels allowed for, are a solution of shape @ levels = evidence.
    back = np.linalg.pinv(space.shape)
    between = np.diff(back @ space.evidence(series.sums)[:, common], axis=0) ** 2
    chance = (np.diff(back, axis=0) ** 2).sum(axis=1)
    variance = np.maximum(series.moments.variance, 1e-9)[common]
    own = variance * chance[:, None] + 2 * (ROUGH[:, None, None] * variance) ** 2
    return _likeliest(between, own, free=max(1, 2 * len(between) // 3))


def likelihood(spaces: Sequence[Space], series: Series) -> Floats:
    """Return the log-likelihood of each way to last (rows) and roughness (columns)."""
    common = series.sums.sum(axis=(0, 1)) > _SEEN  # rarer needs say nothing of weeks
    if not common.any() or len(spaces[0].to) < 2:
        told = np.full((len(spaces), len(ROUGH)), -np.inf)
        told[0, ROUGH.searchsorted(USUAL)] = 0.0
        return told
    variance = np.maximum(series.moments.variance, 1e-9)[common]
    logs, ratios = [], []
    for space in spaces:
        y = space.evidence(series.sums)[:, common]
        if space.season.shape[1]:
            q, _ = np.linalg.qr(space.shapes(space.season))
            y = y - q @ (q.T @ y)
        own = variance * (1 + ROUGH[:, None, None] ** 2 * variance * space.week[:, None])
        logs.append(np.log(own).sum(axis=1))
        ratios.append((y**2 / own).sum(axis=1))
    log, ratio = np.asarray(logs), np.asarray(ratios)
    free, most = len(y), len(variance)
    some = max(1, int(np.ceil(_STEADY * most)))
    cut = _cut(free, some / most)
    at: tuple[int, ...] = (0, int(ROUGH.searchsorted(USUAL)))
    for _ in range(3):
        # The same needs speak for every way: else their sizes, not their weeks, would decide.
        kept = np.argsort(ratio[at], kind="stable")[:some]
        told = -0.5 * (log + ratio / cut)[:, :, kept].sum(axis=2) / some * most
        at = tuple(int(i) for i in np.unravel_index(np.argmax(told), told.shape))
    return np.asarray(told)


def _likeliest(squares: Floats, own: Floats, *, free: int) -> float:
    """Return the likeliest roughness among those tried.

    Parameters
    ----------
    squares : ndarray, shape (terms, needs)
    own : ndarray, shape (roughnesses, terms, needs)
        The variance of each term.
    free : int
        Degrees of freedom of a need's terms.
    """
    most = squares.shape[1]
    own = np.maximum(own, np.finfo(np.float64).tiny)  # scores that are all alike do not vary
    kept = np.argsort((squares / own[ROUGH.searchsorted(USUAL)]).mean(axis=0), kind="stable")
    some = max(1, int(np.ceil(_STEADY * most)))
    # The steadier part of the needs looks steadier than all are: chi-squares, cut at the top.
    cut = _cut(free, some / most)
    best = 0
    for _ in range(3):
        told = (-0.5 * np.log(own) - 0.5 * squares / cut / own)[:, :, kept[:some]]
        each = told.sum(axis=(1, 2)) / some * most
        best = int(np.argmax(each))
        kept = np.argsort((squares / own[best]).mean(axis=0), kind="stable")
    return float(ROUGH[best])


def _cut(free: int, part: float) -> float:
    """Return the mean of the lowest part of chi-squares over their degrees of freedom."""
    from scipy.special import chdtr, chdtri

    return 1.0 if part >= 1 else float(chdtr(free + 2, chdtri(free, 1 - part)) / part)
