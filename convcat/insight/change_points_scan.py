"""Did a weekly series step up or down, and when? A scan over all weeks, with its p-value.

The observations are sums of scores per week and channel. Each channel has a level of its own, so
that a channel that comes, grows or goes is no step (two-way weighted least squares; what is left
of the sums after the channels' means is all the evidence there is on the weeks). A week may also
be off as a whole, for every need by about as much in log-odds: how much is estimated from all needs
together (over-dispersion), and a need that is rougher than that is met by a moderated variance, as
in gene expression studies.

References
----------
Olshen, Venkatraman, Lucito, Wigler (2004). Circular binary segmentation for the analysis of
array-based DNA copy number data. Biostatistics 5, 557-572 (scan, then scan again beside what was
found).
Smyth (2004). Linear models and empirical Bayes methods for assessing differential expression in
microarray experiments. Stat. Appl. Genet. Mol. Biol. 3 (moderated variances).
Siegmund (1988). Confidence sets in change-point problems. Int. Stat. Rev. 56, 31-48 (the set of
weeks whose likelihood is not far below the best).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from convcat.insight.change_points_rough import LASTING, ROUGH, USUAL, likelihood, rough_steps
from convcat.insight.change_points_series import Series

PRIOR = 12.0  # degrees of freedom that the needs' common roughness counts for
_DRIFT = 0.05  # log-odds: how far the reading of one shop may move in between, as in `compare`
_UNLIKELY = 0.02  # chance below which a way to last is left out
_LONG = 20  # weeks from which on lasting roughness can be told from a step
_YEAR = 365.25 / 7
_SEASONS = 104  # weeks from which on a yearly rhythm can be told from a change
_QUICK, _FULL = 200, 3000  # simulated series: first few, and more where it matters
_SOME = 12  # quick ones that reach as far: the p-value is then known well enough

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Space:
    """What the weeks of one series can tell, whitened; the same for every need.

    Attributes
    ----------
    to : ndarray, shape (directions, weeks)
        From what is left of the weeks' sums to evidence of variance one per unit of variance.
    shape : ndarray, shape (directions, weeks)
        From a weekly line to how it looks in the evidence.
    week : ndarray, shape (directions,)
        How much of a week's own roughness each direction holds.
    n : ndarray, shape (weeks, channels)
    rough : float
        Standard deviation of a whole week, in log-odds.
    season : ndarray, shape (weeks, columns)
        Yearly rhythm; no columns where the weeks are too few.
    """

    to: Floats
    shape: Floats
    week: Floats
    n: Floats
    rough: float
    season: Floats

    @classmethod
    def of(cls, series: Series) -> Space:
        """Return the likeliest space of a series: how rough its weeks are, how long it lasts.

        Few weeks are held against the week before, where a step shows once; many also tell
        roughness that lasts. The steadier needs speak for all: what stepped is not rough.
        """
        return cls.likely(series)[0][1]

    @classmethod
    def usual(cls, series: Series) -> Space:
        """Return a space of usual roughness, for a series too thin to learn it from."""
        return replace(cls._lasting(series.n, 0.0), rough=USUAL)

    @classmethod
    def likely(cls, series: Series) -> tuple[tuple[float, Space], ...]:
        """Return every space that the history leaves likely, with its chance; likeliest first.

        How long roughness lasts is hardly ever sure after a year or less: a step is held against
        each way that it may last, by its chance (Bayesian model averaging, Hoeting et al. 1999).
        """
        if len(series.n) < _LONG:
            one = cls._lasting(series.n, 0.0)
            return ((1.0, replace(one, rough=rough_steps(one, series))),)
        spaces = [cls._lasting(series.n, lasting) for lasting in LASTING]
        told = likelihood(spaces, series)
        chance = np.exp(told - told.max()).sum(axis=1)
        chance = np.where(chance >= _UNLIKELY * chance.sum(), chance, 0.0)
        chance /= chance.sum()
        rough = ROUGH[told.argmax(axis=1)]
        order = np.argsort(-chance, kind="stable")[: int((chance > 0).sum())]
        return tuple((float(chance[i]), replace(spaces[i], rough=float(rough[i]))) for i in order)

    @classmethod
    def _lasting(cls, n: Floats, lasting: float) -> Space:
        whole = np.diag(n.sum(axis=1)) - (n / np.maximum(n.sum(axis=0), 1)) @ n.T
        scale, vectors = np.linalg.eigh(whole)
        kept = scale > 1e-9 * max(float(scale.max(initial=0.0)), 1.0)
        root = np.sqrt(scale[kept])[:, None] * vectors[:, kept].T
        apart = np.abs(np.subtract.outer(np.arange(len(n)), np.arange(len(n))))
        week, turn = np.linalg.eigh(root @ (float(lasting) ** apart) @ root.T)
        shape = turn.T @ root
        to = turn.T @ (root / scale[kept][:, None])
        return cls(to, shape, np.maximum(week, 0.0), n, 0.0, _season(len(n)))

    def evidence(self, sums: Floats) -> Floats:
        """Return sums per week and channel (first two axes) as evidence."""
        n = np.maximum(self.n.sum(axis=0), 1)
        left = sums - self.n[:, :, None] * (sums.sum(axis=0) / n[:, None])
        return np.asarray(self.to @ left.sum(axis=1))

    def shapes(self, values: Floats) -> Floats:
        """Return weekly lines (first axis) as they look in the evidence."""
        return np.asarray(self.shape @ values)

    def spread(self, variance: float) -> Floats:
        """Return the variance of each direction for scores of this variance."""
        return np.asarray(variance * (1 + self.rough**2 * variance * self.week))


@dataclass(frozen=True, eq=False)
class Scan:
    """The scan of one need over all weeks, beside what is already known of it.

    Attributes
    ----------
    space : Space
    variance, skew : float
        Of single scores.
    y : ndarray, shape (directions,)
        The evidence, whitened.
    beside : ndarray, shape (weeks, columns)
        Shapes that are fitted beside every step: earlier steps.
    """

    space: Space
    variance: float
    skew: float
    y: Floats
    beside: Floats

    @classmethod
    def of(cls, space: Space, series: Series, need: int, beside: Floats | None = None) -> Scan:
        """Return the scan of one need."""
        variance = max(float(series.moments.variance[need]), 1e-9)
        y = space.evidence(series.sums[:, :, need : need + 1])[:, 0]
        skew = float(series.moments.third[need]) / variance**1.5
        none = np.zeros((len(space.n), 0))
        return cls(space, variance, skew, y, none if beside is None else beside)

    @cached_property
    def _weight(self) -> Floats:
        return np.asarray(1 / np.sqrt(self.space.spread(self.variance)))

    @cached_property
    def _known(self) -> Floats:
        """Orthonormal columns of what is fitted beside a step."""
        shapes = np.column_stack([self.space.season, self.beside])
        if not shapes.shape[1]:
            return np.zeros((len(self.y), 0))
        q, r = np.linalg.qr(self._weight[:, None] * self.space.shapes(shapes))
        return np.asarray(q[:, np.abs(np.diag(r)) > 1e-9])

    def _rest(self, x: Floats) -> Floats:
        return np.asarray(x - self._known @ (self._known.T @ x))

    @cached_property
    def steps(self) -> Floats:
        """One column per week but the first: 0 before it, 1 from it on, whitened."""
        weeks = len(self.space.n)
        shapes = np.tri(weeks, dtype=np.float64)[:, 1:]  # column k is 1 from week k + 1 on
        return self._rest(self._weight[:, None] * self.space.shapes(shapes))

    @cached_property
    def information(self) -> Floats:
        """Of each step; 0 where no channel was there before and after."""
        info = (self.steps**2).sum(axis=0)
        most = float(info.max(initial=0.0))
        return np.where(info > 1e-6 * max(most, 1e-12), info, 0.0)

    @cached_property
    def free(self) -> int:
        """Degrees of freedom beside one step."""
        return int(len(self.y) - self._known.shape[1] - 1)

    def _statistics(self, y: Floats) -> tuple[Floats, Floats, Floats]:
        """Return step sizes, their moderated variances and residual sums, one row per series."""
        rest = y - (y @ self._known) @ self._known.T
        info = np.maximum(self.information, 1e-300)
        size = np.where(self.information > 0, (rest @ self.steps) / info, 0.0)
        left = np.maximum((rest**2).sum(axis=1, keepdims=True) - size**2 * self.information, 0.0)
        factor = (PRIOR + left) / (PRIOR + max(self.free, 0))
        return size, factor / info, left

    def _clear(self, size: Floats, variance: Floats) -> Floats:
        drift = (_DRIFT * self.variance) ** 2
        return np.where(self.information > 0, np.abs(size) / np.sqrt(variance + drift), 0.0)

    @cached_property
    def fitted(self) -> tuple[Floats, Floats, Floats]:
        """Step size, its variance and the residual sum, per step."""
        size, variance, left = self._statistics((self._weight * self.y)[None])
        return size[0], variance[0], left[0]

    @cached_property
    def best(self) -> int:
        """The clearest step: the week from which on the level differs."""
        size, variance, _ = self.fitted
        return int(np.argmax(self._clear(size, variance))) + 1 if len(size) else 0

    @cached_property
    def weights(self) -> Floats:
        """How likely each step is, given that there is one: its likelihood, scaled to one."""
        _, _, left = self.fitted
        if not len(left):
            return np.zeros(0)
        power = -0.5 * (PRIOR + max(self.free, 0))
        log = np.where(self.information > 0, power * np.log(PRIOR + left), -np.inf)
        weight = np.exp(log - log.max()) if np.isfinite(log).any() else np.zeros(len(log))
        return np.asarray(weight / max(float(weight.sum()), 1e-300))

    def interval(self, level: float) -> tuple[int, int]:
        """Return the first and last week of the most likely weeks that hold the level together."""
        order = np.argsort(-self.weights, kind="stable")
        most = int(np.searchsorted(np.cumsum(self.weights[order]), level)) + 1
        held = order[:most] + 1
        return int(held.min()), int(held.max())

    def p_value(self, rng: np.random.Generator) -> float:
        """Return how often a series without a step would look as clear as this one.

        A parametric bootstrap: sums of scores as skewed as these, weeks as rough as these, and
        roughness as uncertain as it is; the statistic is computed as for the data.
        """
        if self.free < 1 or not self.information.any():
            return 1.0
        size, variance, _ = self.fitted
        seen = float(self._clear(size, variance).max())
        hits = total = 0
        for draws in (_QUICK, _FULL):
            size, variance, _ = self._statistics(self._null(draws, rng))
            hits += int((self._clear(size, variance).max(axis=1) >= seen).sum())
            total += draws
            if hits >= _SOME:
                break
        return (hits + 1) / (total + 1)

    def _null(self, draws: int, rng: np.random.Generator) -> Floats:
        n, space = self.space.n, self.space
        spread = np.sqrt(n * self.variance)
        noise = spread * _skewed(self.skew / np.sqrt(np.maximum(n, 1)), (draws, *n.shape), rng)
        share = n / np.maximum(n.sum(axis=0), 1)
        left = noise.sum(axis=2) - noise.sum(axis=1) @ share.T
        y = left @ space.to.T
        week = space.rough * self.variance * np.sqrt(space.week)
        y += week * rng.standard_normal(y.shape)
        rough = np.sqrt(PRIOR / rng.chisquare(PRIOR, (draws, 1)))
        return np.asarray(rough * y * self._weight)


def _skewed(skew: Floats, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Draw values of mean 0, variance 1 and a given skewness (a shifted gamma)."""
    bent = np.broadcast_to(np.maximum(np.abs(skew), 1e-3), shape)
    if float(bent.max(initial=0.0)) < 0.05:
        return np.asarray(rng.standard_normal(shape))
    k = 4 / bent**2
    return np.asarray(np.sign(skew) * (rng.standard_gamma(k) - k) / np.sqrt(k))


def _season(weeks: int) -> Floats:
    if weeks < _SEASONS:
        return np.zeros((weeks, 0))
    angle = 2 * np.pi * np.arange(weeks) / _YEAR
    return np.column_stack([f(k * angle) for k in (1, 2) for f in (np.sin, np.cos)])
