"""From sources that were labelled to a source that was not: estimates and how far to trust them.

Two ways to a share from scores alone disagree when a shop differs from the labelled ones. The mean
of the scores (probabilistic classify and count) is right if the scores mean the same there; the
maximum likelihood share (EMQ) is right if only the shares differ. Real shops lie between, so the
estimate is a blend on the log-odds scale, and the labelled sources, each held out in turn, say per
need which blend came closest, whether it leaned to one side, and how far off it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BLENDS = (0.0, 0.25, 0.5, 0.75, 1.0)
_MU = np.linspace(-1.5, 1.5, 25)
_TAU = np.geomspace(0.05, 2.0, 14)
_MU_PRIOR = 0.5  # log-odds: a lean shared by all shops is rarely larger
_TAU_PRIOR = 0.4  # needs differ in log spread by about this much
_FEW = 4  # with fewer sources the spread between them cannot be learned
_EDGE = 1e-4
_NODES = 201
_STEADY = 100.0  # texts at which the maximum likelihood share has half its weight


@dataclass(frozen=True)
class Transfer:
    """How estimates for an unseen source turn out, for one signal.

    Attributes
    ----------
    blend : float
        0: mean score; 1: maximum likelihood share; between: a blend in log-odds.
    lean : float
        What is added to the blend, in log-odds.
    spread : float
        Standard deviation between sources of what remains, in log-odds.
    df : float
        Degrees of freedom of its Student distribution.
    known : bool
        Whether it was learned from labelled sources, or assumed.
    rates : tuple of float
        Share of carriers by score bin, all sources together; empty where not known.
    """

    blend: float = 0.0
    lean: float = 0.0
    spread: float = 0.7
    df: float = 8.0
    known: bool = False
    rates: tuple[float, ...] = ()
    base: float = 0.0

    def share(self, histogram: npt.ArrayLike, mean: float) -> float:
        """Return the estimated share for a histogram of scores and their mean.

        Parameters
        ----------
        histogram : array-like of int, shape (16,)
        mean : float
        """
        mixed = float(_logit(mean))
        counts = np.asarray(histogram, dtype=np.float64)
        if self.blend > 0 and len(self.rates):
            likely = emq(counts, np.asarray(self.rates), self.base)
            weight = float(_weight(self.blend, counts.sum()))
            mixed = (1 - weight) * mixed + weight * float(_logit(likely))
        return float(_expit(mixed + self.lean))

    def interval(self, share: float, n: int, level: float = 0.95) -> tuple[float, float]:
        """Return the interval for the share among ``n`` texts that were all read.

        Two things are not known: how this source differs from the labelled ones (a Student
        distribution in log-odds), and, knowing that, which of its texts carry the need (Poisson).
        The interval holds the central part of their mixture.

        Parameters
        ----------
        share : float
            What :meth:`share` gave.
        n : int
            Texts read.
        level : float, default 0.95

        Returns
        -------
        low, high : float
        """
        from scipy.special import stdtrit

        if n <= 0:
            return 0.0, 1.0
        if share > 0.5:  # the rarer side is counted
            low, high = self.interval(1 - share, n, level)
            return 1 - high, 1 - low
        nodes = stdtrit(self.df, (np.arange(_NODES) + 0.5) / _NODES)
        expected = n * _expit(_logit(share) + self.spread * nodes)
        tail = (1 - level) / 2
        low, high = _count_below(tail, expected, n), _count_below(1 - tail, expected, n)
        return min(low / n, share), max(min(high / n, 1.0), share)

    def to_list(self) -> list[Any]:
        """Return JSON-able values."""
        numbers = (self.blend, self.lean, self.spread, self.df, float(self.known), self.base)
        return [*(round(v, 5) for v in numbers), *(round(v, 5) for v in self.rates)]

    @classmethod
    def from_list(cls, values: Sequence[float]) -> Transfer:
        """Read what :meth:`to_list` gave."""
        blend, lean, spread, df, known, base, *rates = (float(v) for v in values)
        return cls(blend, lean, spread, df, bool(known), tuple(rates), base)


def emq(histogram: Floats, rates: Floats, base: float, steps: int = 300) -> float:
    """Return the maximum likelihood share of carriers in a histogram of scores.

    Parameters
    ----------
    histogram : ndarray, shape (bins,)
        Texts by score.
    rates : ndarray, shape (bins,)
        Share of carriers by score, where it was learned.
    base : float
        Share of carriers, where it was learned.
    steps : int

    References
    ----------
    Saerens, Latinne, Decaestecker (2002). Adjusting the outputs of a classifier to new a priori
    probabilities. Neural Computation 14, 21-41.

    Examples
    --------
    >>> import numpy as np
    >>> round(emq(np.array([50.0, 50.0]), np.array([0.05, 0.8]), 0.2), 2)
    0.6
    """
    total = histogram.sum()
    if total <= 0:
        return base
    odds = rates / (1 - rates) * (1 - base) / base
    share = base
    for _ in range(steps):
        z = odds * share / (1 - share)
        new = float(np.clip((histogram * z / (1 + z)).sum() / total, _EDGE, 1 - _EDGE))
        if abs(new - share) < 1e-9:
            break
        share = new
    return share


def fit_transfers(needs: Sequence[str], arrays: Mapping[str, Any]) -> dict[str, Transfer]:
    """Learn, per signal, the transfer to unseen sources from held-out ones.

    Each source's estimate uses the other sources' rates only. Given an estimate ``e``, the number
    of carriers is taken as binomial with log-odds ``logit(e) + mu + tau z``, ``z`` normal per
    source (DerSimonian and Laird's random effects, in likelihood form, as in Stijnen, Hamza and
    Oezdemir 2010), ``mu`` and ``tau`` with weak priors; the spread of a need with few carriers
    leans on the other needs'.

    Parameters
    ----------
    needs : sequence of str
    arrays : mapping
        The arrays of an error profile.
    """
    cases = {need: _Cases.of(arrays, j) for j, need in enumerate(needs)}
    usable = {need: c for need, c in cases.items() if len(c.n) >= _FEW and c.carry.sum() > 0}
    if not usable:
        return {need: Transfer(rates=c.rates, base=c.base) for need, c in cases.items()}
    tables = {need: [c.log_likelihood(b) for b in BLENDS] for need, c in usable.items()}
    mu_prior = -0.5 * (_MU / _MU_PRIOR) ** 2
    pooled = sum(_log_sum(t[0] + mu_prior[:, None], axis=0) for t in tables.values())
    common = float(np.log(_TAU[int(np.argmax(pooled))]))
    prior = mu_prior[:, None] - 0.5 * ((np.log(_TAU) - common) / _TAU_PRIOR) ** 2
    evidence = {need: [_log_sum(t + prior) for t in ts] for need, ts in tables.items()}
    usual = np.mean(list(evidence.values()), axis=0)
    result = {}
    for need, c in cases.items():
        if need not in usable:
            result[need] = Transfer(rates=c.rates, base=c.base)
            continue
        best = int(np.argmax(np.asarray(evidence[need]) + usual))
        weight = tables[need][best] + prior
        weight = np.exp(weight - weight.max())
        weight /= weight.sum()
        lean = float((weight.sum(axis=1) * _MU).sum())
        var = float((weight * ((_MU[:, None] - lean) ** 2 + _TAU**2)).sum())
        df = float(len(c.n) - 1)
        spread = round(float(np.sqrt(var)), 5)
        result[need] = Transfer(
            BLENDS[best], round(lean, 5), spread, df, known=True, rates=c.rates, base=c.base
        )
    return result


@dataclass(frozen=True)
class _Cases:
    """One signal's held-out sources: counts, and the two estimates for each."""

    n: Floats
    carry: Floats
    mean: Floats
    likely: Floats
    precise: Floats
    rates: tuple[float, ...]
    base: float

    @classmethod
    def of(cls, arrays: Mapping[str, Any], j: int) -> _Cases:
        n = arrays["n"][:, j].astype(np.float64)
        use = n > 0
        read, carried = (arrays[name][use, j].astype(np.float64) for name in ("read", "carried"))
        n, carry = n[use], arrays["carry"][use, j].astype(np.float64)
        mean = arrays["sum_p"][use, j] / n
        noise = (arrays["sum_p"][use, j] - arrays["sum_pp"][use, j]) / n
        rates, base = _rates(read.sum(axis=0), carried.sum(axis=0))
        others = [
            _rates(read.sum(axis=0) - read[s], carried.sum(axis=0) - carried[s])
            for s in range(len(n))
        ]
        likely = [emq(read[s], *others[s]) for s in range(len(n))]
        # Knowing the scores, the number of carriers varies less than a binomial would.
        precise = np.clip(mean * (1 - mean) / np.maximum(noise, 1e-6), 1, 4)
        rounded = tuple(round(float(r), 5) for r in rates)
        return cls(n, carry, mean, np.asarray(likely), precise, rounded, base)

    def log_likelihood(self, blend: float) -> Floats:
        """Return the marginal log likelihood on the grid of ``mu`` and ``tau``."""
        nodes, weights = np.polynomial.hermite_e.hermegauss(15)
        weight = _weight(blend, self.n)
        eta = (1 - weight) * _logit(self.mean) + weight * _logit(self.likely)
        shift = _MU[:, None, None] + _TAU[:, None] * nodes
        rate = np.clip(_expit(eta[:, None, None, None] + shift), 1e-9, 1 - 1e-9)
        carry, rest = (
            (self.precise * v)[:, None, None, None] for v in (self.carry, self.n - self.carry)
        )
        each = _log_sum(carry * np.log(rate) + rest * np.log1p(-rate) + np.log(weights), axis=-1)
        return np.asarray(each.sum(axis=0))


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


def _weight(blend: float, n: npt.ArrayLike) -> Floats:
    """Return the weight of the maximum likelihood share, which is unsteady in few texts."""
    return np.asarray(blend * np.asarray(n) / (np.asarray(n) + _STEADY), dtype=np.float64)


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


def _rates(read: Floats, carried: Floats) -> tuple[Floats, float]:
    centres = _expit(np.arange(len(read)) - 7.5)
    rates = np.clip((carried + 2 * centres) / (read + 2), 1e-5, 1 - 1e-5)
    base = float((rates * read).sum() / read.sum()) if read.sum() > 0 else 0.1
    return rates, round(float(np.clip(base, _EDGE, 1 - _EDGE)), 5)


def _logit(p: npt.ArrayLike) -> Floats:
    q = np.clip(np.asarray(p, dtype=np.float64), _EDGE, 1 - _EDGE)
    return np.asarray(np.log(q / (1 - q)))


def _expit(x: npt.ArrayLike) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(np.asarray(x, dtype=np.float64), -700, 700))))


def _log_sum(x: Floats, axis: int | None = None) -> Any:
    from scipy.special import logsumexp

    return logsumexp(x, axis=axis)
