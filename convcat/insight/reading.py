"""How unevenly a classifier reads: what its own record says, or a cautious assumption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from convcat.insight.contrast import Moments
from convcat.insight.profile import PROFILE_BINS, ErrorProfile
from convcat.insight.transfer import spread_between

Floats = npt.NDArray[np.float64]

# Where the model brings no record of its errors: recall differs between sources by .1, and false
# alarms by 60 % of their rate (at least by two in a thousand).
_RECALL, _ALARMS, _LEAST = 0.10, 0.60, 0.002
_WORTH = 3.0


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
    """

    carriers: Floats
    others: Floats
    assumed: bool

    def variance(self, share: Floats) -> Floats:
        """Return the variance that an uneven reading gives to the mean score of a slice."""
        return np.asarray((share * self.carriers) ** 2 + ((1 - share) * self.others) ** 2)


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
    much as three sources do.
    """
    carriers = np.full(len(needs), _RECALL)
    others = np.maximum(_ALARMS * moments.alarms, _LEAST)
    if profile is None or len(profile.kinds) < 2:
        return Spread(carriers, others, assumed=True)
    recorded = _recorded(profile)
    sources = len(profile.kinds)
    for j, need in enumerate(needs):
        if need in recorded:
            seen = failed[j] * recorded[need]
            mixed = (sources * seen**2 + _WORTH * np.asarray([carriers[j], others[j]]) ** 2) / (
                sources + _WORTH
            )
            carriers[j], others[j] = np.sqrt(mixed)
    return Spread(carriers, others, assumed=not set(needs) & set(recorded))


def _recorded(profile: ErrorProfile) -> dict[str, Floats]:
    """Return the spread of the mean *squared* probability, of carriers and of others, per need."""
    square = (1 / (1 + np.exp(-(np.arange(PROFILE_BINS) - (PROFILE_BINS - 1) / 2)))) ** 2
    sums = (profile.read @ square, profile.read @ square**2, profile.carried @ square)
    both = spread_between(profile.carry, profile.n, *sums)
    return dict(zip(profile.needs, np.stack(both, axis=1), strict=True))
