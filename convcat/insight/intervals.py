"""Intervals for a share: from checks alone, and from checks with the model's scores as help.

The second is the heart of the audited distribution. It is Wilson's score interval with the scores
as a covariate: for every share that could be true, the scores are shifted (on the log-odds scale)
until their mean over all conversations is that share, and the share is kept if the audited answers
agree with the scores so shifted, up to chance. Where the scores say nothing it *is* Wilson's
interval; where they say much it is far narrower; the scores need not be right for it to hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# How far the model's own estimate pulls: a Student-t prior on the shift, in log-odds. Between
# shops the measured spread is .3 to 1.2, so this scale is cautious; the heavy tail lets the
# audit win any conflict.
PRIOR_SCALE, PRIOR_DF = 2.0, 4.0
_REACH = 12.0  # log-odds: beyond it every score has become 0 or 1
_FAR = 300.0  # log-odds: two such exponentials still have a product
_STEPS = 40  # halvings of the range of checks
_ROUNDS, _POINTS = 3, 33  # a search narrows a bracket 16-fold or more each round


def z_of(level: float) -> float:
    """Return the two-sided normal quantile of a confidence level.

    Examples
    --------
    >>> round(z_of(0.95), 4)
    1.96
    """
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2))


def wilson(k: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval for ``k`` of ``n``; ``(0, 1)`` where ``n`` is 0.

    Parameters
    ----------
    k, n : float
        Hits and checks; both may be effective (not whole) numbers.
    level : float, default 0.95

    Returns
    -------
    low, high : float

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    JASA 22, 209-212.

    Examples
    --------
    >>> low, high = wilson(5, 50)
    >>> round(low, 4), round(high, 4)
    (0.0435, 0.2136)
    """
    if n <= 0:
        return 0.0, 1.0
    z = z_of(level)
    centre = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * np.sqrt(max(k * (n - k) / n, 0.0) + z * z / 4)
    return (
        0.0 if k <= 0 else max(0.0, float(centre - half)),
        1.0 if k >= n else min(1.0, float(centre + half)),
    )


@dataclass(frozen=True)
class Assisted:
    """An estimate with its interval.

    Attributes
    ----------
    share, low, high : float
    """

    share: float
    low: float
    high: float


def assisted(
    scores: npt.ArrayLike,
    counts: npt.ArrayLike,
    checked: npt.ArrayLike,
    answers: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    shift: float = 0.0,
    level: float = 0.95,
    scale: float = PRIOR_SCALE,
) -> Assisted:
    """Return the model-assisted score interval of a share in a finite population.

    Parameters
    ----------
    scores, counts : array-like, shape (distinct,)
        Log-odds scores of the population and how many conversations have each.
    checked : array-like, shape (n,)
        Scores of the audited conversations.
    answers : array-like of {0, 1}, shape (n,)
        What the readers found.
    weights : array-like, shape (n,), optional
        How many conversations each audited one stands for (one over its inclusion probability);
        equal by default.
    shift : float, default 0
        What the model's own estimate adds to the scores.
    level : float, default 0.95
    scale : float, default 2
        Scale of the prior on the distance from ``shift``; infinite for no pull at all.

    Returns
    -------
    Assisted
        Within [0, 1], for any number of checks; when all are checked, the truth.

    Notes
    -----
    With population size N, n checks, scores ``s`` and shift ``d``, let ``m = expit(s + d)`` and
    ``t(d) = mean over the population of m``. The audited residual ``r(d) = weighted mean of
    (y - m)`` has design expectation ``truth - t(d)``, so at the true share it is zero whatever the
    model; its variance is what the shifted scores expect, ``mean m (1 - m)``, over the effective
    number of checks, times ``1 - n / N`` and times a dispersion: by how much the squared residuals
    seen at the best shift exceed what was expected there (quasi-likelihood [3]_; at least 1). Kept
    are all ``t(d)`` where ``r^2 / variance + prior`` is within z^2 of its minimum. The first part is a difference (logistic generalised regression) estimator [1]_ in the
    score form of [2]_; the prior follows the differences between shops.

    References
    ----------
    .. [1] Lehtonen, R. and Veijanen, A. (1998). Logistic generalized regression estimators.
       Survey Methodology 24, 51-55.
    .. [2] Wilson, E. B. (1927). JASA 22, 209-212.
    .. [3] Wedderburn, R. W. M. (1974). Biometrika 61, 439-447.

    Examples
    --------
    >>> same = assisted([0.0], [10**9], [0.0] * 50, [1] * 5 + [0] * 45, scale=float("inf"))
    >>> round(same.low, 4), round(same.high, 4)  # scores that say nothing: Wilson's interval
    (0.0435, 0.2136)
    """
    x, y = np.asarray(checked, dtype=np.float64), np.asarray(answers, dtype=np.float64)
    population = np.asarray(counts, dtype=np.float64)
    n, size = len(y), float(population.sum())
    if size <= 0:
        return Assisted(0.0, 0.0, 1.0)
    if n >= size:
        truth = float(y.mean())
        return Assisted(truth, truth, truth)
    w = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    w = w / w.sum() if n else w
    s, place = np.unique(np.concatenate([np.asarray(scores, float), x]), return_inverse=True)
    of_population, of_audit = place[: len(population)], place[len(population) :]
    test = _Test(
        s=s,
        share=np.bincount(of_population, population / size, len(s)).astype(np.float64),
        audited=np.bincount(of_audit, w, len(s)).astype(np.float64),
        carried=np.bincount(of_audit, w * y, len(s)).astype(np.float64),
        squares=float(w @ y**2),
        checks=1 / float((w**2).sum()) if n else 0.0,
        left=1 - n / size,
        shift=shift,
        scale=scale,
    )
    return _attainable(test.dispersed().solve(z_of(level)), float(y.sum()), n, size)


def _attainable(found: Assisted, hits: float, n: int, size: float) -> Assisted:
    """Widen to whole conversations, then keep to what the audit leaves possible."""
    least, most = hits / size, (hits + size - n) / size
    low, high = np.floor(found.low * size) / size, np.ceil(found.high * size) / size
    low, high = float(np.clip(low, least, most)), float(np.clip(high, least, most))
    return Assisted(float(np.clip(found.share, low, high)), low, high)


def effective_checks(share: float, low: float, high: float, level: float = 0.95) -> float:
    """Return how many plain checks would give an interval as narrow as this one.

    Plain checks are a simple random sample with Wilson's interval, at the same share.

    Examples
    --------
    >>> round(effective_checks(0.1, *wilson(5, 50)))
    50
    """
    width = high - low
    few, many = 0.5, 1e9
    for _ in range(_STEPS):
        middle = float(np.sqrt(few * many))
        least, most = wilson(share * middle, middle, level)
        few, many = (middle, many) if most - least > width else (few, middle)
    return few


@dataclass(frozen=True)
class _Test:
    """How much audit and prior object to each shift; all per distinct score."""

    s: Floats
    share: Floats  # of the population
    audited: Floats  # of the audit's weight
    carried: Floats  # of the audit's weight, times the answers
    squares: float  # weighted sum of squared answers
    checks: float  # effective number
    left: float  # of the population, not audited
    shift: float
    scale: float
    dispersion: float = 1.0

    def mean(self, d: float) -> float:
        """Return the share that a shift stands for."""
        return float(_expit(self.s + d) @ self.share)

    def statistic(self, d: Floats) -> Floats:
        """Return the objection to each shift."""
        away = (d - self.shift) / self.scale
        prior = (PRIOR_DF + 1) * np.log1p(away**2 / PRIOR_DF)
        if self.checks == 0:
            return np.asarray(prior)
        # expit(s + d), at the price of one exponential per score instead of one per pair
        m = np.multiply.outer(
            np.exp(-np.clip(d, -_FAR, _FAR)), np.exp(-np.clip(self.s, -_FAR, _FAR))
        )
        m += 1
        np.reciprocal(m, out=m)
        expected = np.maximum(m @ self.share - (m * m) @ self.share, 1e-12)
        residual = self.carried.sum() - m @ self.audited
        return np.asarray(
            residual**2 / (expected * self.dispersion * self.left / self.checks) + prior
        )

    def dispersed(self) -> _Test:
        """Return the test with the dispersion that the audit shows."""
        if self.checks == 0:
            return self
        m = _expit(self.s + self.best()[0])
        seen = self.squares - 2 * self.carried @ m + self.audited @ m**2
        expected = max(float((m * (1 - m)) @ self.share), 1e-12)
        return replace(self, dispersion=max(1.0, float(seen) / expected))

    def grid(self) -> Floats:
        """Return shifts from nobody to everybody."""
        centre, reach = -float(self.s @ self.share), _REACH + float(np.ptp(self.s)) / 2
        low, high = min(centre - reach, self.shift - 2), max(centre + reach, self.shift + 2)
        return np.linspace(low, high, 121)

    def best(self) -> tuple[float, float]:
        """Return the shift with the least objection, and that objection."""
        grid = self.grid()
        for _ in range(_ROUNDS + 1):
            objection = self.statistic(grid)
            at = int(objection.argmin())
            best, least = float(grid[at]), float(objection[at])
            grid = np.linspace(grid[max(at - 1, 0)], grid[min(at + 1, len(grid) - 1)], _POINTS)
        return best, least

    def solve(self, z: float) -> Assisted:
        """Return the estimate and the shares within ``z`` of it."""
        grid, (best, least) = self.grid(), self.best()
        inside = self.statistic(grid) - least <= z * z
        low = self._edge(grid[::-1], inside[::-1], -1, best, least + z * z)
        high = self._edge(grid, inside, 1, best, least + z * z)
        share = self.mean(best)
        return Assisted(
            share,
            0.0 if low is None else min(self.mean(low), share),
            1.0 if high is None else max(self.mean(high), share),
        )

    def _edge(
        self, grid: Floats, inside: npt.NDArray[np.bool_], side: int, best: float, bar: float
    ) -> float | None:
        """Return the outermost shift on one side within the bar; None where there is no end."""
        beyond = (grid - best) * side > 0
        if not beyond.any():
            return None
        kept = np.flatnonzero(inside & beyond)
        last = int(kept[-1]) if len(kept) else int(np.argmax(beyond)) - 1
        if last + 1 >= len(grid):
            return None
        good, bad = float(grid[last]) if len(kept) else best, float(grid[last + 1])
        for _ in range(_ROUNDS):
            points = np.linspace(good, bad, _POINTS)
            out = int(np.argmax(self.statistic(points[1:]) > bar))
            good, bad = float(points[out]), float(points[out + 1])
        return good


def _expit(x: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(x), dtype=np.float64)
