"""How much of a difference between slices the reading alone could make.

A classifier reads one channel worse or better than another: it misses more, or sees more that is
not there. That moves a slice's mean score exactly as a failure does, and without conversations
read by hand in that slice nobody can tell the two apart. So a difference must exceed what an
uneven reading could show. How uneven that is comes from two places:

* the **spread between sources** on which the model was tested while it was held off them, as
  travels with the tagged table (or a cautious assumption where it does not);
* the **other needs of the same slice**: a slice that is read differently shows it in many needs, a
  failure in one or a few. The spread is scaled, slice by slice, by what all needs but the one in
  question show: an empirical null (Efron 2004, JASA 99:96; genomic control, Devlin and Roeder
  1999, Biometrics 55:997). A slice says little of itself, all slices of its column much: they are
  as uneven as their column, most of them (hierarchical Bayes). One need in fifty is always held to
  be misread on its own, at the full spread between sources.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from convcat.insight.contrast import upper_tail

Floats = npt.NDArray[np.float64]

SCALES = np.asarray([0.0, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0])
"""How uneven a slice may be read, in units of the spread between sources."""
_USUAL = np.asarray([0.26, 0.11, 0.15, 0.18, 0.18, 0.09, 0.025, 0.005])  # of a column
_BESIDE = 0.2  # chance that a slice is a step more, or less, uneven than its column
_APART = 0.03  # chance that a slice has nothing to do with its column: one channel read worse
_ANY = np.asarray([0.14, 0.15, 0.18, 0.25, 0.20, 0.06, 0.018, 0.002])  # and is then so uneven
_MOST_KNOWN = 2.0  # where sources enough are on record: a few may well not hold the loudest
_FULL = 4  # where SCALES is 1
_ALONE = 0.02  # chance that one need of a slice is misread on its own, at the full spread
_FAILING = 0.03  # chance that a need of a slice does fail there: such a cell says little of reading
_WORTH_A_TAIL = 0.05  # p-values above it are never a finding: the normal tail will do


@dataclass(frozen=True)
class Uneven:
    """What the reading may have added to the difference of each cell (a slice and a need).

    Attributes
    ----------
    prior, lean : ndarray of float, shape (cells, scales)
        Its variance and third moment at each of ``SCALES``.
    checked, noise : ndarray of float, shape (cells,)
        What conversations read by hand say it is, and the variance of that; infinite without.
    weights : ndarray of float, shape (cells, scales)
        How likely each of ``SCALES`` is.
    """

    prior: Floats
    lean: Floats
    checked: Floats
    noise: Floats
    weights: Floats

    def at(self, cells: npt.NDArray[np.intp]) -> Uneven:
        """Return some of the cells."""
        parts = (self.prior, self.lean, self.checked, self.noise, self.weights)
        return Uneven(*(part[cells] for part in parts))

    def full(self) -> Uneven:
        """Return the same at the full spread between sources, whatever the other needs show."""
        weights = np.zeros_like(self.weights)
        weights[:, _FULL] = 1.0
        return replace(self, weights=weights)

    @property
    def shift(self) -> Floats:
        """The part of each difference that is held to be the reading's."""
        return np.asarray((self.weights * self._trust() * self.checked[:, None]).sum(axis=1))

    @property
    def variance(self) -> Floats:
        """The variance of what remains."""
        return np.asarray((self.weights * self.prior * (1 - self._trust())).sum(axis=1))

    def tail(self, difference: Floats, sampling: Floats, third: Floats) -> Floats:
        """Return the chance of such differences by sampling and an uneven reading together.

        Parameters
        ----------
        difference, sampling, third : ndarray of float, shape (cells,)
            Difference of mean scores, with its sampling variance and third central moment.

        Returns
        -------
        ndarray of float
            One-sided p-values.
        """
        from scipy.special import ndtr

        trust, prior = self._trust(), self.prior
        d = difference[:, None] - trust * self.checked[:, None]
        v = sampling[:, None] + prior * (1 - trust)
        z = d / np.sqrt(np.maximum(v, 1e-300))
        p = np.asarray((self.weights * ndtr(-z)).sum(axis=1))
        p[sampling <= 0] = 1.0
        near = p < _WORTH_A_TAIL
        if near.any():
            d, v, t, w = d[near], v[near], third[near, None], self.weights[near]
            lean = self.lean[near] * (1 - trust[near]) ** 3
            learned = (w * upper_tail(d, v, t + lean)).sum(axis=1)
            alone = upper_tail(d[:, _FULL], v[:, _FULL], t[:, 0])
            p[near] = (1 - _ALONE) * learned + _ALONE * alone
        return p

    def _trust(self) -> Floats:
        """Return how much of what was read by hand is believed: normal mean, normal prior."""
        return np.asarray(self.prior / (self.prior + self.noise[:, None]))


def learn(
    difference: Floats,
    sampling: Floats,
    share: Floats,
    group: npt.NDArray[np.int64],
    reading: tuple[Floats, Floats],
    checks: tuple[Floats, Floats],
    *,
    known: bool,
) -> Uneven:
    """Learn how unevenly each slice is read, for each of its needs from all the *others*.

    How uneven a group (a column) is follows from all its slices; a slice is about as uneven as its
    group, or, rarely, apart from it. Where no product is read differently, one more is less likely
    to be; where all are, none is trusted.

    Parameters
    ----------
    difference, sampling : ndarray of float, shape (slices, needs)
        Difference of mean scores and its sampling variance.
    share : ndarray of float, shape (needs,)
        How common each need is: a failure may add as much.
    group : ndarray of int, shape (slices,)
        The column, or pair of columns, that each slice is of.
    reading : tuple of ndarray of float, each of shape (needs, scales)
        Variance and third moment of an uneven reading at each of ``SCALES``.
    checks : tuple of ndarray of float, each of shape (slices, needs)
        What conversations read by hand say it is; the variance of that.
    known : bool
        Whether slices are at most twice as uneven as the sources on record: shops do differ in
        what fails, in all needs, and a reading that no source ever showed does not explain it.

    Returns
    -------
    Uneven
        One cell per slice and need, slice by slice.
    """
    (priors, leans), (checked, noise) = reading, checks
    has_checks = np.isfinite(noise)
    log_like = np.empty((*difference.shape, len(SCALES)))
    for g in range(len(SCALES)):
        prior = priors[:, g]
        trust = prior / (prior + noise)
        left = difference - trust * checked
        variance = np.maximum(sampling + prior * (1 - trust), 1e-300)
        quiet = np.log1p(-_FAILING) + _log_normal(left, variance)
        failing = np.log(_FAILING) + _log_normal(left, variance + share**2)
        told = np.where(
            has_checks, _log_normal(checked, prior + np.where(has_checks, noise, 1.0)), 0
        )
        log_like[..., g] = np.logaddexp(quiet, failing) + told
    # Cells without any score say nothing.
    log_like[sampling <= 0] = 0.0
    others = log_like.sum(axis=1, keepdims=True) - log_like
    weights = np.empty_like(log_like)
    for column in np.unique(group):
        mine = group == column
        weights[mine] = _scales(others[mine], known=known)
    prior, lean = (np.tile(part, (len(difference), 1)) for part in (priors, leans))
    return Uneven(prior, lean, checked.ravel(), noise.ravel(), weights.reshape(-1, len(SCALES)))


def _scales(log_like: Floats, *, known: bool) -> Floats:
    """Return how likely each scale is per slice and need, given those of the other slices."""
    usual, within = _USUAL, _within()
    if known:
        usual, within = (np.where(SCALES <= _MOST_KNOWN, part, 0.0) for part in (usual, within))
        usual, within = usual + 1e-300, within / within.sum(axis=1, keepdims=True)
    like = np.exp(log_like - log_like.max(axis=-1, keepdims=True))
    told = np.log(like @ within.T)  # by each slice, of the scale of its group
    group = _normalised(told.sum(axis=0) + np.log(usual) - told)
    found = like * (group @ within)
    return np.asarray(found / found.sum(axis=-1, keepdims=True))


def _within() -> Floats:
    """Return, per scale of a group (rows), how likely a slice of it has each scale."""
    size = len(SCALES)
    near = np.zeros((size, size))
    for step, chance in ((-1, _BESIDE), (0, 1 - 2 * _BESIDE), (1, _BESIDE)):
        np.add.at(near, (np.arange(size), np.clip(np.arange(size) + step, 0, size - 1)), chance)
    return (1 - _APART) * near + _APART * _ANY


def _normalised(log_weights: Floats) -> Floats:
    weights = np.exp(log_weights - log_weights.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def _log_normal(x: Floats, variance: Floats) -> Floats:
    return np.asarray(-0.5 * (np.log(variance) + x**2 / variance))
