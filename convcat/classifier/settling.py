"""Out-of-fold scores -> calibration, thresholds, and how likely a tag must be beside "no need"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convcat.classifier.calibration import (
    Bools,
    Floats,
    best_odds_over_none,
    fit_sigmoid,
    sigmoid,
    steady_threshold,
    tagged,
)


@dataclass(frozen=True, eq=False)
class Settled:
    """What scores that a model gave to texts it had not seen say of its scores at large.

    Attributes
    ----------
    slope, shift : ndarray of float, shape (outputs,)
        Of each output's calibration.
    thresholds : ndarray of float, shape (needs,)
        Calibrated probabilities from which a need is tagged.
    odds_over_none : float
    p : ndarray of float, shape (texts, outputs)
        The scores, calibrated; NaN where there are none.
    tags : ndarray of bool, shape (texts, needs)
    """

    slope: Floats
    shift: Floats
    thresholds: Floats
    odds_over_none: float
    p: Floats
    tags: Bools


def settle(
    scores: Floats, outputs: Floats, weight: Floats, representative: Bools, *, trust: float
) -> Settled:
    """Settle calibration and thresholds on out-of-fold scores.

    Parameters
    ----------
    scores : ndarray of float, shape (texts, outputs)
        Of each need, ``none`` and ``failed``; NaN for a text that no fold held out.
    outputs : ndarray of float, shape (texts, outputs)
        The truth; NaN where not known.
    weight : ndarray of float, shape (texts,)
    representative : ndarray of bool, shape (texts,)
        The texts that all of it rests on, where they have scores; else all that have.
    trust : float
        See :func:`convcat.classifier.calibration.steady_threshold`.

    Returns
    -------
    Settled
    """
    scored = np.isfinite(scores).all(axis=1)
    rows = representative & scored if (representative & scored).any() else scored
    slope, shift = np.ones(outputs.shape[1]), np.zeros(outputs.shape[1])
    for j in range(outputs.shape[1]):
        known = rows & np.isfinite(outputs[:, j])
        if known.any():
            slope[j], shift[j] = fit_sigmoid(scores[known, j], outputs[known, j], weight[known])
    k = outputs.shape[1] - 2
    p = sigmoid(scores * slope + shift)
    if not np.isfinite(outputs[:, -1]).any():
        p[:, -1] = np.nan
    truth = outputs[:, :k] > 0
    steady = np.array(
        [
            steady_threshold(scores[rows, j], outputs[rows, j], weight[rows], trust=trust)
            for j in range(k)
        ]
    )
    # Of a need without an example all scores are one probability, and rounding would decide.
    learnt = (slope[:k] > 0) & truth[rows].any(axis=0)
    thresholds = np.where(learnt, sigmoid(steady * slope[:k] + shift[:k]), 0.5)
    odds = best_odds_over_none(p[rows, :k], p[rows, k], thresholds, truth[rows], weight[rows])
    return Settled(slope, shift, thresholds, odds, p, tagged(p[:, :k], p[:, k], thresholds, odds))
