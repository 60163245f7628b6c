"""Scores -> probabilities, and probabilities -> tags.

Calibration is Platt's sigmoid with his correction of the targets (J. Platt, "Probabilistic
outputs for support vector machines", 1999); thresholds are those that give the best F1 on the
same out-of-fold scores.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


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
