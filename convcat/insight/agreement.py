"""The alarm: readers who contradict the model more than chance allows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# The common shift by its quantiles, the tails finely: an alarm of many needs is raised far out.
_EDGES = np.r_[0.0, np.geomspace(1e-5, 0.5, 15)]
_EDGES = np.r_[_EDGES, 1 - _EDGES[-2::-1]]
_NODES, _WEIGHTS = (_EDGES[1:] + _EDGES[:-1]) / 2, np.diff(_EDGES)
_EXACT = 400  # beyond so many checks the normal curve is as good as the exact count


def disagreement(scores: npt.ArrayLike, hits: float, *, spread: float, df: float = 8.0) -> float:
    """Return the p-value of "the model read these checks as well as it usually reads a new shop".

    Given the scores, the number of carriers among the audited is Poisson-binomial; the scores'
    common shift is Student, as wide as the model's record says shops differ. Both tails count.

    Parameters
    ----------
    scores : array-like
        Log-odds of the audited conversations, the model's own adjustment included.
    hits : float
        How many of them carry the need (with several readers perhaps not a whole number).
    spread, df : float
        Spread of that shift between shops, and its degrees of freedom.

    Returns
    -------
    float
        In (0, 1]; exact up to 400 checks, so that rare needs raise no false alarm.

    Examples
    --------
    >>> disagreement([-2.0] * 50, 6, spread=0.3) > 0.5
    True
    >>> disagreement([-2.0] * 50, 25, spread=0.3) < 0.001
    True
    """
    from scipy.special import stdtrit

    s = np.asarray(scores, dtype=np.float64)
    if len(s) == 0:
        return 1.0
    shifts = spread * stdtrit(df, _NODES)
    m = 1 / (1 + np.exp(-(s[:, None] + shifts)))
    low, high = int(np.floor(hits)), int(np.ceil(hits))
    below, above = _tails(m, high, low)
    return min(1.0, 2 * min(below, above))


def _tails(m: Floats, at_most: int, at_least: int) -> tuple[float, float]:
    """Return P(count <= at_most) and P(count >= at_least), mean over the shifts in ``m``."""
    n = len(m)
    if n > _EXACT:
        from scipy.special import ndtr

        mean, sd = m.sum(axis=0), np.sqrt(np.maximum((m * (1 - m)).sum(axis=0), 1e-12))
        below = ndtr((at_most + 0.5 - mean) / sd)
        above = ndtr((mean - at_least + 0.5) / sd)
        return float(below @ _WEIGHTS), float(above @ _WEIGHTS)
    counts = np.zeros((n + 1, m.shape[1]))
    counts[0] = 1.0
    for i in range(n):
        counts[1 : i + 2] = counts[1 : i + 2] * (1 - m[i]) + counts[: i + 1] * m[i]
        counts[0] *= 1 - m[i]
    chance = counts @ _WEIGHTS
    return float(chance[: at_most + 1].sum()), float(chance[at_least:].sum())


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted so that all together raise a false alarm no more often than one.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scand. J. Stat. 6.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.5])
    [0.03, 0.08, 0.5]
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, highest = [1.0] * len(p_values), 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = highest
    return adjusted
