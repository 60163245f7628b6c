"""Two groups side by side: a difference, its interval and its p-value, sound when groups are small.

Everything is computed from counts and sums of powers, never from rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from convcat.insight.impact_sums import Moments
from convcat.insight.intervals import wilson

_LENT = 2.0  # conversations' worth of pooled variance: three equal scores are no certainty


@dataclass(frozen=True)
class Difference:
    """What one group's mean or share is above the other's."""

    value: float
    low: float
    high: float
    p_value: float


def of_means(a: Moments, b: Moments, level: float = 0.95) -> Difference:
    """Return the mean of ``a`` minus the mean of ``b``.

    Welch's t with the skewness of both groups taken out by Hall's cubic transformation: for a
    skewed measure, such as money, the plain interval misses on one side.

    Parameters
    ----------
    a, b : Moments
        Two values each at the least.
    level : float, default 0.95

    Returns
    -------
    Difference

    References
    ----------
    Welch, B. L. (1947). The generalization of "Student's" problem. Biometrika 34, 28-35.
    Hall, P. (1992). On the removal of skewness by transformation. JRSS B 54, 221-228; for two
    groups Zhou, X.-H. and Dinh, P. (2005). Nonparametric confidence intervals for the one- and
    two-sample problems. Biostatistics 6, 187-200.

    Examples
    --------
    >>> import numpy as np
    >>> found = of_means(Moments.of(np.arange(10.0)), Moments.of(np.arange(10.0) + 3))
    >>> found.value, round(found.low, 2), round(found.high, 2), round(found.p_value, 3)
    (-3.0, -5.84, -0.16, 0.04)
    """
    pooled = ((a.n - 1) * a.variance + (b.n - 1) * b.variance) / max(a.n + b.n - 2, 1)
    parts = [_lent(group, pooled) / group.n for group in (a, b)]
    gap, square = a.mean - b.mean, sum(parts)
    if square <= 0:  # one value everywhere: nothing was measured
        return Difference(gap, gap, gap, 1.0 if gap == 0 else 0.0)
    df = square**2 / (parts[0] ** 2 / (a.n - 1) + parts[1] ** 2 / (b.n - 1))
    skew = (_third(a) / a.n**2 - _third(b) / b.n**2) / square**1.5
    return _bent(gap, math.sqrt(square), df, skew, level)


def of_mean(a: Moments, level: float = 0.95) -> tuple[float, float] | None:
    """Return the interval of one group's mean (Student's t, skewness taken out as above).

    ``None`` of fewer than two values.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = of_mean(Moments.of(np.arange(10.0)))
    >>> round(low, 2), round(high, 2)
    (2.33, 6.67)
    """
    if a.n < 2:
        return None
    if a.variance <= 0:
        return a.mean, a.mean
    skew = _third(a) / a.n**2 / (a.variance / a.n) ** 1.5
    found = _bent(a.mean, math.sqrt(a.variance / a.n), a.n - 1, skew, level)
    return found.low, found.high


def of_shares(a: Moments, b: Moments, level: float = 0.95) -> Difference:
    """Return the share of ones in ``a`` minus that in ``b``.

    The interval is Newcombe's hybrid of two Wilson intervals; the p-value that of the chi-squared
    test with N - 1.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent
    proportions: comparison of eleven methods. Statistics in Medicine 17, 873-890 (method 10).
    Campbell, I. (2007). Chi-squared and Fisher-Irwin tests of two-by-two tables with small sample
    recommendations. Statistics in Medicine 26, 3661-3675.

    Examples
    --------
    Newcombe's own example, 56 of 70 against 48 of 80:

    >>> import numpy as np
    >>> one, two = (Moments.of(np.arange(n) < k) for k, n in ((56, 70), (48, 80)))
    >>> found = of_shares(one, two)
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    from scipy.special import ndtr

    p, q = a.hits / a.n, b.hits / b.n
    (p_low, p_high), (q_low, q_high) = wilson(a.hits, a.n, level), wilson(b.hits, b.n, level)
    gap, n = p - q, a.n + b.n
    both = (a.hits + b.hits) / n
    noise = both * (1 - both) * (1 / a.n + 1 / b.n) * n / (n - 1)
    return Difference(
        gap,
        gap - math.hypot(p - p_low, q_high - q),
        gap + math.hypot(p_high - p, q - q_low),
        1.0 if noise <= 0 else float(2 * ndtr(-abs(gap) / math.sqrt(noise))),
    )


def _lent(group: Moments, pooled: float) -> float:
    return ((group.n - 1) * group.variance + _LENT * pooled) / (group.n - 1 + _LENT)


def _third(group: Moments) -> float:
    """Return the third central moment without its bias (Fisher's third k-statistic)."""
    n = group.n
    return group.third * n**2 / ((n - 1) * (n - 2)) if n > 2 else 0.0


def _bent(gap: float, error: float, df: float, skew: float, level: float) -> Difference:
    """Return the interval and p-value of a gap whose error is skewed."""
    from scipy.special import stdtr, stdtrit

    skew = max(-1.0, min(1.0, skew))  # beyond this the expansion says nothing any more

    def straight(t: float) -> float:
        return t + skew * t * t / 3 + skew**2 * t**3 / 27 + skew / 6

    def back(g: float) -> float:
        if abs(skew) < 1e-6:
            return g
        return float((math.cbrt(1 + skew * (g - skew / 6)) - 1) * 3 / skew)

    reach = float(stdtrit(df, 0.5 + level / 2))
    p = 2 * float(stdtr(df, -abs(straight(gap / error))))
    return Difference(gap, gap - error * back(reach), gap - error * back(-reach), min(p, 1.0))
