"""From sources that were labelled to a source that was not: estimates and how far to trust them.

Three things that scores say of a share disagree when a shop differs from the labelled ones: their
mean (probabilistic classify and count), how many stand above one half, and the share that makes
them likeliest (EMQ). The first is right if scores mean the same there, the last if only the shares
differ. Real shops lie between, so the log-odds of the mean are corrected by how far the other two
lie from it. How much of each to take was learned from labelled sources, each held out of training
(see :mod:`convcat.insight.transfer_fit`), together with how far off the result still was: where
those sources were read alike it is the last alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

TERMS = 2
"""Corrections beside the constant one: scores above one half, and the likeliest share."""
_EDGE = 1e-4
_NODES = 201
_PRIOR = 1.5  # log-odds: shares rarely move further than a few of these between shops
_REACH, _STEPS, _FINER = 6.0, 61, 3  # a search that narrows around what it finds
_LEAN = 2.0
_FAR, _HALVINGS = 12.0, 50
_MOST_PRECISE = 4.0
# A few odd sources set the scale between sources; at this part of it, sources held out of the
# record fall inside a 95 % interval in more than nine cases of ten (docs/distribution.md).
_USUAL = 0.9


@dataclass(frozen=True)
class Forecast:
    """What the scores say of a share, and what is known of such an estimate.

    Attributes
    ----------
    share : float
    n : int
        Texts read.
    spread : float
        Standard deviation of its error in log-odds, for a source that was not labelled.
    df : float
        Degrees of freedom of its Student distribution.
    precise : float
        How many times smaller the variance of a count is, now that the scores are known.
    """

    share: float
    n: int
    spread: float
    df: float
    precise: float = 1.0

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the interval for the share among the texts, all of which were read.

        Two things are not known: how this source differs from the labelled ones (a Student
        distribution in log-odds), and, knowing that, which of its texts carry the need (Poisson,
        as many times less than of a plain count as the scores tell carriers apart). The interval
        holds the central part of their mixture.

        Returns
        -------
        low, high : float

        Examples
        --------
        >>> low, high = Forecast(0.1, 3000, spread=0.3, df=17).interval()
        >>> round(low, 3), round(high, 3)
        (0.058, 0.165)
        """
        from scipy.special import stdtrit

        if self.n <= 0:
            return 0.0, 1.0
        rare = min(self.share, 1 - self.share)  # the rarer side is counted
        nodes = stdtrit(self.df, (np.arange(_NODES) + 0.5) / _NODES)
        trials = self.n * self.precise
        expected = trials * _expit(_logit(rare) + _USUAL * self.spread * nodes)
        tail = (1 - level) / 2
        most = int(np.ceil(trials))
        low, high = (
            float(np.rint(_count_below(q, expected, most) / self.precise)) / self.n
            for q in (tail, 1 - tail)
        )
        low, high = min(low, rare), max(min(high, 1.0), rare)
        return (low, high) if self.share <= 0.5 else (1 - high, 1 - low)


@dataclass(frozen=True)
class Transfer:
    """How estimates for an unseen source turn out, for one signal.

    Attributes
    ----------
    known : bool
        Whether it was learned from labelled sources, or assumed.
    base : float
        Share of carriers where it was learned.
    weights : tuple of float
        Of the constant and of each correction, in log-odds.
    unsure : tuple of float
        The covariance matrix of the weights, row by row.
    spread : float
        Standard deviation between sources of what remains, in log-odds.
    df : float
        Degrees of freedom of its Student distribution.
    """

    known: bool = False
    base: float = 0.1
    weights: tuple[float, ...] = (0.0,) * (TERMS + 1)
    unsure: tuple[float, ...] = (0.0,) * (TERMS + 1) ** 2
    spread: float = 0.7
    df: float = 8.0

    def forecast(self, histogram: npt.ArrayLike, mean: float, mean_square: float) -> Forecast:
        """Return the estimated share for scores, and what is known of it.

        Parameters
        ----------
        histogram : array-like of int, shape (16,)
            Texts by score, one step of log-odds per bin.
        mean, mean_square : float
            Of the scores.
        """
        counts = np.asarray(histogram, dtype=np.float64)
        n = round(float(counts.sum()))
        terms, apart = corrections(counts[None], np.array([mean]), self.base)
        x = np.r_[1.0, terms[0]]
        unsure = np.asarray(self.unsure).reshape(TERMS + 1, TERMS + 1)
        share = float(_expit(_logit(mean) + x @ np.asarray(self.weights)))
        precise = float(precision(np.array(mean), np.array(mean_square)))
        unclear = self.weights[-1] * float(apart[0]) / precise
        spread = float(np.sqrt(max(float(x @ unsure @ x), 0.0) + self.spread**2 + unclear**2))
        return Forecast(share, n, spread, self.df, precise)

    def to_list(self) -> list[float]:
        """Return JSON-able values."""
        parts = (self.weights, self.unsure)
        return [
            *(round(float(v), 5) for v in (self.known, self.base, self.spread, self.df)),
            *(round(float(v), 5) for part in parts for v in part),
        ]

    @classmethod
    def from_list(cls, values: Sequence[float]) -> Transfer:
        """Read what :meth:`to_list` gave.

        Raises
        ------
        ValueError
            If there are too many or too few.
        """
        known, base, spread, df, *rest = (float(v) for v in values)
        if len(rest) != (TERMS + 1) * (TERMS + 2):
            raise ValueError("transfer")
        weights, unsure = tuple(rest[: TERMS + 1]), tuple(rest[TERMS + 1 :])
        return cls(bool(known), base, weights, unsure, spread, df)


def corrections(histograms: Floats, mean: Floats, base: float) -> tuple[Floats, Floats]:
    """Return, per source, how far other readings lie from the mean score, in log-odds.

    Parameters
    ----------
    histograms : ndarray, shape (sources, 16)
        Texts by score.
    mean : ndarray, shape (sources,)
        Of the scores.
    base : float
        Share of carriers where the scores were calibrated.

    Returns
    -------
    terms : ndarray, shape (sources, 2)
    apart : ndarray, shape (sources,)
        Standard deviation of the last of them, as the scores tell carriers apart.
    """
    n = np.maximum(histograms.sum(axis=1), 1e-9)
    middle = histograms.shape[1] // 2
    above = (histograms[:, middle:].sum(axis=1) + mean) / (n + 1)
    plain = _logit(mean)
    likely, apart = likeliest(histograms, base)
    return np.stack([_logit(above) - plain, likely - plain], axis=1), apart


def likeliest(histograms: Floats, base: float) -> tuple[Floats, Floats]:
    """Return, per histogram of scores, the share of carriers that makes it likeliest.

    The scores are taken at their word, only the share may differ (EMQ); a weak prior around the
    share where they were calibrated steadies it where there are few texts.

    Parameters
    ----------
    histograms : ndarray, shape (sources, 16)
    base : float

    Returns
    -------
    ndarray, ndarray
        Log-odds of the share, and their standard deviation.

    References
    ----------
    Saerens, Latinne, Decaestecker (2002). Adjusting the outputs of a classifier to new a priori
    probabilities. Neural Computation 14, 21-41.

    Examples
    --------
    >>> import numpy as np
    >>> seen = np.zeros((1, 16)); seen[0, [3, 12]] = 700, 300
    >>> _expit(likeliest(seen, 0.1)[0]).round(2).tolist()
    [0.33]
    """
    score = _expit(_middles(histograms))[:, None, :]
    base = float(np.clip(base, _EDGE, 1 - _EDGE))
    moved, reach = np.zeros(len(histograms)), np.full(len(histograms), _REACH)
    for _ in range(_FINER):
        moves = moved[:, None] + reach[:, None] * np.linspace(-1, 1, _STEPS)
        share = _expit(_logit(base) + moves)[:, :, None]
        chance = np.log(score / base * share + (1 - score) / (1 - base) * (1 - share))
        weight = (chance @ histograms[:, :, None])[..., 0] - 0.5 * (moves / _PRIOR) ** 2
        weight = np.exp(weight - weight.max(axis=1, keepdims=True))
        weight /= weight.sum(axis=1, keepdims=True)
        moved = (weight * moves).sum(axis=1)
        apart = np.sqrt((weight * (moves - moved[:, None]) ** 2).sum(axis=1))
        reach = np.maximum(6 * apart, reach / 10)
    return np.asarray(_logit(base) + moved), np.asarray(apart)


def calibrated_at(histogram: Floats, carry: float) -> float:
    """Return the share of carriers at which scores were calibrated, from labelled texts.

    Where sources differ in their shares alone, a text with score p has the odds of its score,
    times the odds of carriers among the labelled texts, divided by their odds where the scores
    were calibrated: a logistic regression with one unknown, whatever the sources' shares.

    Parameters
    ----------
    histogram : ndarray, shape (16,)
        Labelled texts by score.
    carry : float
        How many of them carry the need.

    References
    ----------
    Anderson, J. A. (1972). Separate sample logistic discrimination. Biometrika 59, 19-35.

    Examples
    --------
    >>> seen = np.zeros(16); seen[[3, 12]] = 900, 100
    >>> round(calibrated_at(seen, 108), 1)  # about as many as the scores say: calibrated here
    0.1
    """
    total, score = float(histogram.sum()), _middles(histogram[None])[0]
    odds = np.log((carry + 0.5) / (max(total - carry, 0.0) + 0.5))
    low, high = -_FAR, _FAR
    for _ in range(_HALVINGS):
        shift = (low + high) / 2
        few = float(_expit(score + shift) @ histogram) < total * float(_expit(odds))
        low, high = (shift, high) if few else (low, shift)
    return float(_expit(odds - (low + high) / 2))


def _middles(histograms: Floats) -> Floats:
    """Return where in each bin its texts lie, in log-odds: off the centre if neighbours differ."""
    counts = histograms + 0.5
    near = np.concatenate([counts[:, :1], counts, counts[:, -1:]], axis=1)
    lean = np.clip(np.log(near[:, 2:] / near[:, :-2]) / 2, -_LEAN, _LEAN)
    centre = np.arange(histograms.shape[1]) - (histograms.shape[1] - 1) / 2
    return np.asarray(centre + lean / 12)  # of an exponential density over one step


def precision(mean: Floats, mean_square: Floats) -> Floats:
    """Return how many times less a count varies, knowing the scores, than one that is binomial."""
    left = np.maximum(mean - mean_square, 1e-6)
    return np.asarray(np.clip(mean * (1 - mean) / left, 1.0, _MOST_PRECISE))


def spread_between(
    carry: npt.NDArray[np.int64],
    n: npt.NDArray[np.int64],
    sum_p: Floats,
    sum_pp: Floats,
    sum_yp: Floats,
) -> tuple[Floats, Floats]:
    """Return the standard deviation between sources of the mean score of carriers and of others.

    Sampling noise is taken off by the method of moments (DerSimonian and Laird 1986).
    """
    rest = n - carry
    pooled = max(float((sum_pp.sum(axis=0) / np.maximum(n.sum(axis=0), 1)).mean()), 1e-6)
    results = []
    for count, total in ((carry, sum_yp), (rest, sum_p - sum_yp)):
        spread = np.zeros(count.shape[1])
        for j in range(count.shape[1]):
            use = count[:, j] >= 5
            if use.sum() < 2:
                spread[j] = np.nan
                continue
            mean = total[use, j] / count[use, j]
            centre = np.average(mean, weights=count[use, j])
            noise = np.mean(min(centre * (1 - centre), pooled) / count[use, j])
            spread[j] = np.sqrt(max(float(np.mean((mean - centre) ** 2)) - noise, 1e-6))
        known = np.isfinite(spread)
        results.append(np.where(known, spread, np.median(spread[known]) if known.any() else 0.1))
    return results[0], results[1]


def _count_below(probability: float, expected: Floats, n: int) -> float:
    """Return the smallest whole count with at least this probability below or at it."""
    from scipy.special import pdtr

    low, high = -1, n
    while high - low > 1:
        middle = (low + high) // 2
        if float(pdtr(middle, expected).mean()) >= probability:
            high = middle
        else:
            low = middle
    return float(high)


def _logit(p: npt.ArrayLike) -> Any:
    q = np.clip(np.asarray(p, dtype=np.float64), _EDGE, 1 - _EDGE)
    return np.log(q / (1 - q))


def _expit(x: npt.ArrayLike) -> Any:
    return 1 / (1 + np.exp(-np.clip(np.asarray(x, dtype=np.float64), -700, 700)))
