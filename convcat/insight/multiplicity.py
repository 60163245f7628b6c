"""Errors controlled over everything that was looked at: false discoveries, false alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from convcat.insight.agreement import holm

Control = Literal["bh", "by"]
Floats = npt.NDArray[np.float64]


def q_values(
    p: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, control: Control = "bh"
) -> Floats:
    """Return the false discovery rate at which each hypothesis would just be rejected.

    Parameters
    ----------
    p : array-like of float
        One p-value per hypothesis looked at, also of those that look dull.
    weights : array-like of float, optional
        Set before looking at the data; scaled to a mean of one. A hypothesis of weight 2 is
        tested as if its p-value were half as large (Genovese, Roeder and Wasserman 2006,
        Biometrika 93:509).
    control : {"bh", "by"}, default "bh"
        ``"bh"``: Benjamini and Hochberg (1995, JRSS B 57:289), which holds for independent and
        positively dependent tests. ``"by"``: Benjamini and Yekutieli (2001, Annals of Statistics
        29:1165), which holds under any dependence and pays for it with a factor of about log(m).

    Returns
    -------
    ndarray of float
        In [0, 1], in the order of ``p``.

    Examples
    --------
    >>> q_values([0.01, 0.04, 0.03, 0.5]).round(3).tolist()
    [0.04, 0.053, 0.053, 0.5]
    """
    values: Floats = np.asarray(p, dtype=np.float64)
    m = len(values)
    if m == 0:
        return np.zeros(0)
    if weights is not None:
        w = np.asarray(weights, dtype=np.float64)
        values = values / (w / w.mean())
    order = np.argsort(values, kind="stable")
    factor = m * (np.sum(1 / np.arange(1, m + 1)) if control == "by" else 1.0)
    stepped = values[order] * factor / np.arange(1, m + 1)
    q = np.empty(m)
    q[order] = np.minimum.accumulate(stepped[::-1])[::-1]
    return np.clip(q, 0.0, 1.0)


def cut(p: npt.ArrayLike, q: npt.ArrayLike, level: float) -> float:
    """Return the largest p-value that passed: what a later test must reach to stand beside it.

    Examples
    --------
    >>> cut([0.001, 0.02, 0.7], [0.003, 0.03, 0.7], 0.95)
    0.02
    """
    p, q = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    passed = p[q <= 1 - level]
    return float(passed.max()) if len(passed) else 0.0


def judged(rows: Sequence[Mapping[str, Any]], level: float) -> list[dict[str, Any]]:
    """Return rows of changes with a verdict in place of their ``z``: up, down, or noise.

    All rows together call chance a change no more often than one alone would (Holm).

    Examples
    --------
    >>> judged([{"need": "delay", "z": 4.0}, {"need": "speed", "z": -0.5}], 0.95)
    [{'need': 'delay', 'verdict': 'up'}, {'need': 'speed', 'verdict': 'noise'}]
    """
    from scipy.special import ndtr

    told = []
    for row, p in zip(rows, holm([float(2 * ndtr(-abs(row["z"]))) for row in rows]), strict=True):
        word = "noise" if p > 1 - level else "up" if row["z"] > 0 else "down"
        told.append({**{k: v for k, v in row.items() if k != "z"}, "verdict": word})
    return told
