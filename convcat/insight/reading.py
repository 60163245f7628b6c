"""How unevenly a classifier reads: what its own record says, or a cautious assumption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from convcat.insight.contrast import Moments
from convcat.insight.profile import ErrorProfile

Floats = npt.NDArray[np.float64]

# Where the model brings no record of its errors: recall differs between sources by .1, and false
# alarms by 60 % of their rate (at least by six in a thousand).
_RECALL, _ALARMS, _LEAST = 0.10, 0.60, 0.006
_WORTH = 3.0


@dataclass(frozen=True)
class Spread:
    """Between-source standard deviation of the mean score of a need.

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
    alarms = moments.mean * (1 - moments.separation)
    carriers = np.full(len(needs), _RECALL)
    others = np.maximum(_ALARMS * alarms, _LEAST)
    if profile is None or len(profile.kinds) < 2:
        return Spread(carriers, others, assumed=True)
    recorded = profile.to_dict()["spread"]
    sources = len(profile.kinds)
    for j, need in enumerate(needs):
        if need in recorded:
            seen = failed[j] * np.asarray([recorded[need]["carriers"], recorded[need]["others"]])
            mixed = (sources * seen**2 + _WORTH * np.asarray([carriers[j], others[j]]) ** 2) / (
                sources + _WORTH
            )
            carriers[j], others[j] = np.sqrt(mixed)
    return Spread(carriers, others, assumed=not set(needs) & set(recorded))
