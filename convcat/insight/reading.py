"""How unevenly a classifier reads: what its own record says, or a cautious assumption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from convcat.insight.contrast import Moments
from convcat.insight.profile import PROFILE_BINS, ErrorProfile

Floats = npt.NDArray[np.float64]

# Where the model brings no record of its errors: recall differs between sources by .1, and false
# alarms by 60 % of their rate (at least by two in a thousand).
_RECALL, _ALARMS, _LEAST = 0.10, 0.60, 0.002
_WORTH = 3.0
_WIDEST = 0.5  # of the deviation of slices in which either all carriers are seen or none
_LOUDEST = 0.15  # deviation of false alarms, however uneven the reading
_LEAN, _MOST_LEAN = 4.0, 6.0  # skewness of what carriers add, and at most of false alarms
_RECORD = 10  # sources from which on slices are at most twice as unevenly read as sources are
_FEW = 5  # carriers, or others, of a source: fewer say nothing of how it is read
_USUAL = 18.0  # sources that the other needs count as, when a need's spread is told
_DOUBT = 0.2  # chance that the sources are further apart than is assumed of so few


@dataclass(frozen=True)
class Spread:
    """Between-source standard deviation of the mean score (a squared probability) of a need.

    Attributes
    ----------
    carriers : ndarray of float, shape (needs,)
        Among the conversations that have the need.
    others : ndarray of float, shape (needs,)
        Among those that have not.
    assumed : bool
        Whether the model brought no record of its errors.
    known : bool
        Whether there are sources enough in it to say how uneven a reading is at most.
    """

    carriers: Floats
    others: Floats
    assumed: bool
    known: bool = False

    def variance(self, share: Floats) -> Floats:
        """Return the variance that a reading at the spread gives to the mean score of a slice."""
        return np.asarray((share * self.carriers) ** 2 + ((1 - share) * self.others) ** 2)

    def at(self, scales: Floats, moments: Moments) -> tuple[Floats, Floats]:
        """Return what an uneven reading may add to a slice's mean score, at multiples of the spread.

        However uneven a reading, the mean score of carriers stays between nothing and one: what
        they add has a bound, and what comes near to it cannot lean far. So a reading, however
        little is known of it, makes no 63 % of 4 %.

        Returns
        -------
        variance, lean : ndarray of float, shape (needs, scales)
            Its variance and its third central moment.
        """
        share, own, others = moments.share[:, None], self.carriers[:, None], self.others[:, None]
        mean = np.clip(moments.alarms + moments.separation, 0.01, 0.99)[:, None]
        most = np.maximum(_WIDEST * np.sqrt(mean * (1 - mean)), own)
        missed = np.minimum(scales * own, most)
        room = 1 - np.maximum(missed - own, 0) / np.maximum(most - own, 1e-12)
        alarmed = np.minimum(scales * others, np.maximum(_LOUDEST, others))
        rate = np.maximum(moments.alarms, _LEAST)[:, None]
        carriers, rest = share * missed, (1 - share) * alarmed
        lean = _LEAN * room * carriers**3 + _multiplied(alarmed / rate) * rest**3
        return carriers**2 + rest**2, lean


def spread_of(
    profile: ErrorProfile | None, needs: Sequence[str], moments: Moments, failed: Floats
) -> Spread:
    """Return the spread that a model's error profile records, or a cautious assumption.

    Parameters
    ----------
    profile : ErrorProfile or None
    needs : sequence of str
    moments : Moments
        Of the scores at hand; the assumption follows them.
    failed : ndarray of float, shape (needs,)
        Which part of each need's mass failed: the record is of needs, failed or asked.

    Notes
    -----
    A spread seen between few sources is itself uncertain, so the assumption always counts as
    much as three sources do; and it is taken as large as so few sources leave likely.
    """
    carriers = np.full(len(needs), _RECALL)
    others = np.maximum(_ALARMS * moments.alarms, _LEAST)
    if profile is None or len(profile.kinds) < 2:
        return Spread(carriers, others, assumed=True)
    from scipy.special import chdtri

    recorded = _recorded(profile)
    sources = len(profile.kinds)
    further = float(np.sqrt(sources / chdtri(sources, 1 - _DOUBT)))
    for j, need in enumerate(needs):
        if need in recorded:
            seen = further * failed[j] * recorded[need]
            mixed = (sources * seen**2 + _WORTH * np.asarray([carriers[j], others[j]]) ** 2) / (
                sources + _WORTH
            )
            carriers[j], others[j] = np.sqrt(mixed)
    held = set(needs) & set(recorded)
    return Spread(carriers, others, assumed=not held, known=bool(held) and sources >= _RECORD)


def _multiplied(relative: Floats) -> Floats:
    """Return the skewness of what multiplies (a log-normal) by its relative deviation."""
    return np.asarray(np.minimum(3 * relative + relative**3, _MOST_LEAN))


def _recorded(profile: ErrorProfile) -> dict[str, Floats]:
    """Return the spread of the mean *squared* probability, of carriers and of others, per need.

    Sampling noise is taken off by the method of moments (DerSimonian and Laird 1986), each side
    with the variance of its own scores: false alarms are rare, and so is their noise.
    """
    square = (1 / (1 + np.exp(-(np.arange(PROFILE_BINS) - (PROFILE_BINS - 1) / 2)))) ** 2
    sides = (
        (profile.carried, profile.carry),
        (profile.read - profile.carried, profile.n - profile.carry),
    )
    both = np.full((len(profile.needs), 2), np.nan)
    for k, (histogram, count) in enumerate(sides):
        s1, s2 = histogram @ square, histogram @ square**2
        for j in range(len(profile.needs)):
            use = count[:, j] >= _FEW
            if use.sum() < 2:
                continue
            n = count[use, j]
            mean = s1[use, j] / n
            centre = float(s1[use, j].sum() / n.sum())
            within = max(float(s2[use, j].sum() / n.sum()) - centre**2, 0.0)
            seen = float(np.sum((mean - centre) ** 2)) / (use.sum() - 1)
            both[j, k] = np.sqrt(max(seen - within * float(np.mean(1 / n)), 1e-6))
    for side in both.T:
        known = np.isfinite(side)
        side[~known] = np.median(side[known]) if known.any() else _RECALL
    return dict(zip(profile.needs, _leaning(both, profile, square), strict=True))


def _leaning(spread: Floats, profile: ErrorProfile, square: Floats) -> Floats:
    """Return spreads that lean to what is usual of the needs: so few sources tell little of one."""
    others = np.maximum((profile.n - profile.carry).sum(axis=0), 1)
    rate = ((profile.read - profile.carried) @ square).sum(axis=0) / others
    scale = np.column_stack([np.ones(len(rate)), np.maximum(rate, _LEAST)])
    variance = (spread / scale) ** 2
    usual = np.asarray([np.mean(variance[:, 0]), np.median(variance[:, 1])])  # one may be loud
    sources = len(profile.kinds)
    mixed = (sources * variance + _USUAL * usual) / (sources + _USUAL)
    return np.asarray(np.sqrt(mixed) * scale)
