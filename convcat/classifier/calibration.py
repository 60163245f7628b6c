"""Scores -> probabilities, and probabilities -> tags.

Calibration is Platt's sigmoid with his correction of the targets (J. Platt, "Probabilistic
outputs for support vector machines", 1999); thresholds lie between those that give the best F1
on the same out-of-fold scores and a usual one. A text that is likely enough to carry no need gets
no tag at all.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_NEXT_TO_NO_F1 = 0.005
_USUAL = -0.2  # log-odds of a threshold before anything is known of a need


def sigmoid(values: Floats) -> Floats:
    """Return 1 / (1 + exp(-values)) without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)), dtype=np.float64)


def fit_sigmoid(scores: Floats, truth: Floats, weight: Floats | None = None) -> tuple[float, float]:
    """Fit ``probability = sigmoid(slope * score + shift)``.

    Parameters
    ----------
    scores : ndarray of float, shape (n,)
    truth : ndarray of 0.0 or 1.0, shape (n,)
    weight : ndarray of float, shape (n,), optional

    Returns
    -------
    slope, shift : float

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.linspace(-3, 3, 601)
    >>> truth = (np.sin(np.arange(601)) * 4 < scores * 2).astype(float)
    >>> slope, shift = fit_sigmoid(scores, truth)
    >>> slope > 0.5, abs(shift) < 0.3
    (True, True)
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    w = np.ones_like(scores) if weight is None else weight
    positive, negative = float(w @ truth), float(w @ (1 - truth))
    target = np.where(truth > 0, (positive + 1) / (positive + 2), 1 / (negative + 2))
    if np.ptp(scores) == 0:
        rate = (positive + 1) / (positive + negative + 2)
        return 0.0, float(np.log(rate / (1 - rate)))

    def loss(parameters: Floats) -> tuple[float, Floats]:
        odds = parameters[0] * scores + parameters[1]
        value = float(w @ (np.logaddexp(0, odds) - target * odds))
        slope = w * (expit(odds) - target)
        return value, np.array([slope @ scores, slope.sum()])

    start = np.array([1.0, 0.0])
    found: Any = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None), (None, None)]
    )
    return float(found.x[0]), float(found.x[1])


def best_threshold(
    p: Floats, truth: Floats, weight: Floats | None = None, *, default: float = 0.5
) -> float:
    """Return the probability from which tagging gives the best F1.

    Parameters
    ----------
    p : ndarray of float, shape (n,)
    truth : ndarray of 0.0 or 1.0, shape (n,)
    weight : ndarray of float, shape (n,), optional
    default : float
        Returned where nothing is true.

    Examples
    --------
    >>> import numpy as np
    >>> best_threshold(np.array([0.1, 0.2, 0.6, 0.9]), np.array([0.0, 0.0, 1.0, 1.0]))
    0.4
    """
    w = np.ones_like(p) if weight is None else weight
    if not w @ truth:
        return default
    order = np.argsort(-p, kind="stable")
    sorted_p, hits = p[order], np.cumsum((w * truth)[order])
    f1 = 2 * hits / (np.cumsum(w[order]) + w @ truth)
    f1[:-1][sorted_p[:-1] == sorted_p[1:]] = -1  # a threshold cannot part equal scores
    best = int(f1.argmax())
    below = sorted_p[best + 1] if best + 1 < p.size else 0.0
    return float(np.clip((sorted_p[best] + below) / 2, 1e-6, 1.0))


def steady_threshold(
    scores: Floats, truth: Floats, weight: Floats | None = None, *, trust: float = 1.0
) -> float:
    """Return the score from which to tag: between the best F1's and the usual.

    The best threshold of models that have learnt from a part of the texts alone is too low for one
    that has learnt from all of them, and partly peculiar to the sources it is chosen on.

    Parameters
    ----------
    scores : ndarray of float, shape (n,)
        Log-odds, as a head gives them.
    truth : ndarray of 0.0 or 1.0, shape (n,)
    weight : ndarray of float, shape (n,), optional
    trust : float, default 1.0
        The share of all texts that the models behind the scores have learnt from.

    Returns
    -------
    float
        Log-odds on the scale of ``scores``.

    Examples
    --------
    >>> import numpy as np
    >>> scores, truth = np.array([-2.0, -1.2, 0.4, 2.0]), np.array([0.0, 0.0, 1.0, 1.0])
    >>> steady_threshold(scores, truth), steady_threshold(scores, truth, trust=0.5)
    (-0.342998, -0.271499)
    """
    best = best_threshold(sigmoid(scores), truth, weight, default=float(sigmoid(np.array(_USUAL))))
    own = float(np.log(best) - np.log1p(-min(best, 1 - 1e-12)))
    return round(trust * own + (1 - trust) * _USUAL, 6)


def best_odds_over_none(
    p: Floats, p_none: Floats, thresholds: Floats, truth: Bools, weight: Floats | None = None
) -> float:
    """Return how many times the odds of "no need" a tag's own odds must be.

    It is the number that parts texts with and without a need best: the share of texts without a
    need that get no tag, less the share of texts with one that get none, is largest (W. Youden,
    "Index for rating diagnostic tests", 1950), among those that cost next to no macro-F1. How many
    texts carry no need does not matter, since that differs from shop to shop.

    Parameters
    ----------
    p : ndarray of float, shape (n, needs)
    p_none : ndarray of float, shape (n,)
    thresholds : ndarray of float, shape (needs,)
    truth : ndarray of bool, shape (n, needs)
    weight : ndarray of float, shape (n,), optional

    Returns
    -------
    float
        Zero, where nothing is gained by asking for more than the threshold.

    Examples
    --------
    >>> import numpy as np
    >>> p, p_none = np.array([[0.9], [0.8], [0.4], [0.1]]), np.array([0.1, 0.1, 0.6, 0.9])
    >>> truth = np.array([[True], [True], [False], [False]])
    >>> best_odds_over_none(p, p_none, np.array([0.3]), truth)
    0.5
    """
    w = np.ones_like(p_none) if weight is None else weight
    none = ~truth.any(axis=1)
    without, carrying = w * none, w * ~none
    if not (without.any() and carrying.any()):
        return 0.0
    tried: list[tuple[float, float, float]] = []  # odds, Youden's index, macro-F1
    for least in (0.0, *(2.0 ** (step / 4) for step in range(-4, 25))):
        tags = tagged(p, p_none, thresholds, least)
        untagged = ~tags.any(axis=1)
        index = without @ untagged / without.sum() - carrying @ untagged / carrying.sum()
        both = w @ tags + w @ truth
        f1 = 2 * (w @ (tags & truth))[both > 0] / both[both > 0]
        tried.append((round(least, 6), float(index), float(f1.mean()) if f1.size else 0.0))
    enough = max(f1 for *_, f1 in tried) - _NEXT_TO_NO_F1
    return max((own for own in tried if own[2] >= enough), key=lambda own: (own[1], -own[0]))[0]


def tagged(p: Floats, p_none: Floats, thresholds: Floats, odds_over_none: float) -> Bools:
    """Return tags: what reaches its threshold, and is likely enough beside "no need".

    Parameters
    ----------
    p : ndarray of float, shape (n, needs)
    p_none : ndarray of float, shape (n,)
    thresholds : ndarray of float, shape (needs,)
    odds_over_none : float

    Returns
    -------
    ndarray of bool, shape (n, needs)
    """
    none = p_none[:, None]
    likely = p * (1 - none) >= odds_over_none * none * (1 - p)
    return np.asarray((p >= thresholds) & likely)
